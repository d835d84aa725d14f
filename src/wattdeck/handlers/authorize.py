"""Authorize: may this tag charge? (OCPP 1.6 §4.1) The same decision serves StartTransaction and StopTransaction."""

import asyncio

from sqlalchemy import Connection

from wattdeck.domain.messages import Authorize, AuthorizeAnswer
from wattdeck.domain.tags import Authorization, decide
from wattdeck.handlers.context import Context
from wattdeck.store import sessions, tags
from wattdeck.telemetry import logger

POLICY_TIMEOUT_S = 10
_log = logger("wattdeck.authorize")


async def handle(message: Authorize, context: Context) -> AuthorizeAnswer:
    return AuthorizeAnswer(await authorization_of(message.id_tag, context))


async def authorization_of(id_tag: str, context: Context) -> Authorization:
    """By the guest's policy, else by our list."""
    given = await ask_policy(id_tag, context)
    if given is not None:
        return given
    return await context.house.store.read(lambda connection: by_list(connection, id_tag, context))


async def ask_policy(id_tag: str, context: Context) -> Authorization | None:
    """The guest's decision; a policy that fails or takes too long is no answer."""
    policy = context.house.policies.authorize
    if policy is None:
        return None
    try:
        async with asyncio.timeout(POLICY_TIMEOUT_S):
            return await policy(context.charge_point, id_tag)
    except Exception:
        _log.exception("authorize policy failed", charge_point=context.charge_point)
        return None


def by_list(connection: Connection, id_tag: str, context: Context, session_id: int | None = None) -> Authorization:
    """What our list says; the session `session_id` does not count as one more with this tag."""
    tag = tags.find(connection, id_tag)
    limited = tag is not None and tag.max_sessions is not None
    running = sessions.running_with_tag(connection, id_tag, session_id) if limited else 0
    return decide(tag, context.received_at, running, context.house.settings.unknown_tags == "accept")

"""Authorize: may this tag charge? (OCPP 1.6 §4.1) The same decision serves StartTransaction and StopTransaction."""

import asyncio

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
    """By the guest's policy, else by our list; a policy that fails or takes too long is no answer."""
    policy = context.house.policies.authorize
    if policy is not None:
        try:
            async with asyncio.timeout(POLICY_TIMEOUT_S):
                return await policy(context.charge_point, id_tag)
        except Exception:
            _log.exception("authorize policy failed", charge_point=context.charge_point)
    tag, running = await context.house.store.read(
        lambda connection: (tags.find(connection, id_tag), sessions.running_with_tag(connection, id_tag))
    )
    return decide(tag, context.received_at, running, context.house.settings.unknown_tags == "accept")

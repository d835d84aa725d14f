"""Authorize: may this tag charge? (OCPP 1.6 §4.1) `decision` decides for StartTransaction and StopTransaction too; a
remote start comes to it by the Authorize or StartTransaction that follows (§5.11).
"""

from sqlalchemy import Connection

from wattdeck.domain.messages import Authorize, AuthorizeAnswer, StartTransaction, StopTransaction
from wattdeck.domain.tags import Authorization, decide
from wattdeck.handlers.context import Context
from wattdeck.store import tags


async def handle(message: Authorize, context: Context) -> AuthorizeAnswer:
    return AuthorizeAnswer(await authorization_of(message, message.id_tag, context))


async def authorization_of(
    message: Authorize | StopTransaction, id_tag: str, context: Context, connector_id: int | None = None
) -> Authorization:
    """By the guest's policy, else by our list."""
    house = context.house
    given = await house.guest.authorize(context.charge_point, id_tag)
    if given is not None:
        return given
    decided = await house.store.read(lambda connection: decision(connection, message, id_tag, context, given))
    note_unknown(message, id_tag, context, given, decided, connector_id)
    return decided


def decision(
    connection: Connection,
    message: Authorize | StartTransaction | StopTransaction,
    id_tag: str,
    context: Context,
    given: Authorization | None,
    session_id: int | None = None,
) -> Authorization:
    """The one decision about a tag. `given`: what the guest said; `session_id`: the start's session where it was
    reported before, which is not one more.

    ConcurrentTx is for starts (§7.2): a stop is not told so. An Authorize may be meant for a stop, too: sessions on the
    same charge point do not count, or a tag could not stop what its group has started (§3.10). A start that comes late
    is not one too many because of what began after it.
    """
    if given is not None:
        return given
    known = tags.known(
        connection,
        id_tag,
        counted=not isinstance(message, StopTransaction),
        but_session=session_id,
        but_charge_point=context.charge_point_id if isinstance(message, Authorize) else None,
        begun_by=message.started_at if isinstance(message, StartTransaction) else None,
    )
    return decide(known, context.received_at, context.house.settings.unknown_tags == "accept")


def note_unknown(
    message: Authorize | StartTransaction | StopTransaction,
    id_tag: str,
    context: Context,
    given: Authorization | None,
    decided: Authorization,
    connector_id: int | None,
) -> None:
    """Our list says Invalid of one tag only: one it does not have."""
    if given is None and decided.status == "Invalid":
        action = type(message).__name__
        context.house.unknown_tags.note(id_tag, context.charge_point, connector_id, action, context.received_at)

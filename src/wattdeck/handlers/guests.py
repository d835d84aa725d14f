"""An embedding application's handlers in place of ours: none holds up its charge point or loses what comes once."""

from collections.abc import Mapping
from typing import Any

from wattdeck.domain.errors import MessageRefused
from wattdeck.domain.messages import MeterValues, StartTransaction, StatusNotification, StopTransaction
from wattdeck.handlers import HANDLERS, Handler
from wattdeck.handlers.context import Context
from wattdeck.policies import GuestFailed

# Refused, a charge point gives them up, sooner or later (OCPP 1.6 §3.7.1): where the guest fails, we store them.
NEVER_LOST = frozenset({StartTransaction, StopTransaction, MeterValues, StatusNotification})


def with_guests(guests: Mapping[type, Handler]) -> dict[type, Handler]:
    """The table of handlers: ours, and the guests' in their place, each with a deadline (`guest_timeout_s`)."""
    return {**HANDLERS, **{message: _guarded(message, guest) for message, guest in guests.items()}}


def _guarded(kind: type, guest: Handler) -> Handler:
    async def handle(message: Any, context: Context) -> Any:
        try:
            return await context.house.guest.answer_of(lambda: guest(message, context))
        except GuestFailed as failure:
            if isinstance(failure.error, MessageRefused):
                raise failure.error from None  # a decision of its own
            if kind not in NEVER_LOST:
                if failure.error is not None:
                    raise failure.error from None
                raise
            context.house.guest.note("handler", context.charge_point, failure)
        # it may have called ours, and been cut off in the midst of it: what is in memory may be ahead of the store
        context.house.pipeline.forget(context.charge_point_id)
        return await HANDLERS[kind](message, context)

    return handle

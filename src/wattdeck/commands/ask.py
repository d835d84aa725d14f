"""Commands as Python methods: `ask("CP001").reset(type="Soft", wait_s=30)`, for every action of its OCPP version.

Made from the schemas when it is asked for; `dir()` lists the actions, `inspect.signature()` the arguments of one.
"""

import difflib
import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, Protocol

from wattdeck.bus.events import Events
from wattdeck.commands.arguments import Schema, payload, signature, snake
from wattdeck.domain.commands import Command, Delivery
from wattdeck.domain.errors import Unprocessable
from wattdeck.domain.events import ChargePointConnected
from wattdeck.store import charge_points
from wattdeck.store.engine import Store

# OCPP version → action → schema, the best version first
Schemas = Mapping[str, Mapping[str, Schema]]

_KEYWORD = inspect.Parameter.KEYWORD_ONLY
_OPTIONS = (
    inspect.Parameter("wait_s", _KEYWORD, annotation=float, default=0),
    inspect.Parameter("timeout_s", _KEYWORD, annotation=float | None, default=None),
    inspect.Parameter("offline", _KEYWORD, annotation=Literal["refuse", "queue"] | None, default=None),
    inspect.Parameter("expires_s", _KEYWORD, annotation=float | None, default=None),
)


class Send(Protocol):
    def __call__(
        self, identifier: str, action: str, payload: dict[str, Any], *, wait_s: float, delivery: Delivery
    ) -> Awaitable[Command]: ...


class NoSuchCommand(Unprocessable, AttributeError):
    """The charge point's OCPP version has no such command."""


class Versions:
    """Which OCPP version each charge point spoke last."""

    def __init__(self, events: Events) -> None:
        self._spoken: dict[str, str] = {}
        events.tap(self._hear, ChargePointConnected)

    async def open(self, store: Store) -> None:
        self._spoken.update(await store.read(charge_points.versions))

    def of(self, identifier: str) -> str | None:
        return self._spoken.get(charge_points.key_of(identifier))

    def _hear(self, event: ChargePointConnected) -> None:
        if event.charge_point.ocpp_version is not None:
            self._spoken[charge_points.key_of(event.charge_point.identifier)] = event.charge_point.ocpp_version


class Ask:
    """What one charge point can be asked. Each action of its version is a method with the members of the payload as
    keyword arguments in snake_case, nested ones as dictionaries. All return the command:

    - at once (`wait_s=0`), or when it has a final state, after `wait_s` seconds at most;
    - `timeout_s`: for the charge point to answer; `offline`: refuse or queue; `expires_s`: for it to be sent.

    Raise TypeError for arguments that do not exist or are missing, Unprocessable for values that do not fit the
    schema, NotFound, and Conflict where the charge point is not connected.
    """

    def __init__(self, identifier: str, version: str | None, schemas: Schemas, send: Send) -> None:
        self._identifier, self._send = identifier, send
        self._version = version if version is not None and version in schemas else next(iter(schemas))
        self._schemas = schemas[self._version]
        self._actions = {snake(action): action for action in self._schemas}

    def __dir__(self) -> list[str]:
        return sorted(self._actions)

    def __repr__(self) -> str:
        return f"<what {self._identifier} can be asked in OCPP {self._version}>"

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Command]]:
        if name.startswith("_"):
            raise AttributeError(name)
        action = self._actions.get(name)
        if action is None:
            near = difflib.get_close_matches(name, self._actions, 1)
            hint = f", did you mean {near[0]}?" if near else ""
            raise NoSuchCommand(f"{name!r} is no command of OCPP {self._version}{hint}")
        return self._method(name, action, self._schemas[action])

    def _method(self, name: str, action: str, schema: Schema) -> Callable[..., Awaitable[Command]]:
        shown = signature(schema, *_OPTIONS)

        def method(*positional: Any, **given: Any) -> Awaitable[Command]:
            try:
                bound = shown.bind(*positional, **given)
            except TypeError as error:
                raise TypeError(f"{name}(): {error}") from None
            bound.apply_defaults()
            values = bound.arguments
            wait_s, timeout_s, offline, expires_s = (values.pop(option.name) for option in _OPTIONS)
            delivery = Delivery(timeout_s=timeout_s, offline=offline, expires_s=expires_s)
            return self._send(self._identifier, action, payload(schema, values), wait_s=wait_s, delivery=delivery)

        method.__name__ = method.__qualname__ = name
        method.__doc__ = f"Send a {action} (OCPP {self._version})."
        method.__signature__ = shown  # type: ignore[attr-defined]
        return method

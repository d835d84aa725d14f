"""wattdeck: a central system for electric-vehicle charge points whose first purpose is real-time monitoring.

The walk of one MeterValues frame, which is the walk through the house:

1. `gateway.handshake.admit`: identity from the path, version, authentication; a refusal is an HTTP status.
2. `gateway.connection`: frames wait in a bounded queue; a worker answers them in order. Meter values hardly ever wait.
3. `ocpp.rpc` → `ocpp.schemas` → `ocpp.mending` where it must → `ocpp.v16.translate`: a message in our words.
4. `handlers.HANDLERS[MeterValues]` → `metering.pipeline.ingest`: energy, session, rows.
5. `store.writer`: group commit. 6. The answer goes out; then events: live hub, listeners.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wattdeck.central_system import CentralSystem
    from wattdeck.policies import Asker, Knock, Policies
    from wattdeck.settings import Settings

__all__ = ["Asker", "CentralSystem", "Knock", "Policies", "Settings"]
__version__ = "0.1.0"
_HOMES = {
    "Asker": "policies",
    "CentralSystem": "central_system",
    "Knock": "policies",
    "Policies": "policies",
    "Settings": "settings",
}


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: the simulator needs none of what a server needs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

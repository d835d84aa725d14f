"""What the routes may use, and how they get at it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, cast

from fastapi import Depends
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from wattdeck.alerts.notify.notices import Notices
from wattdeck.alerts.watch import Watch
from wattdeck.api.oidc_provider import Provider
from wattdeck.api.oidc_state import States
from wattdeck.api.passwords import Passwords
from wattdeck.bus.events import Events
from wattdeck.commands.bulk import BulkCommands
from wattdeck.commands.send import Commands
from wattdeck.commands.signing import Signing
from wattdeck.domain.people import Scope
from wattdeck.domain.records import Record, to_json
from wattdeck.live.hub import Hub
from wattdeck.live.shapes import StatsShape
from wattdeck.metering.endings import Endings
from wattdeck.metering.folding import Folding
from wattdeck.metering.recompute import Recompute
from wattdeck.metering.recount import Recount
from wattdeck.metering.storage import Storage
from wattdeck.policies import Guest
from wattdeck.settings import Settings
from wattdeck.store.engine import Store
from wattdeck.telemetry import Telemetry


class ApiHouse(Record, frozen=True):
    """The rooms behind the API. `stats` gives the totals, of a scope; `hash_key` is that of the charge points'
    passwords; `command_schemas`: OCPP version → action → the official schema of its payload; `uploading`: the file
    jobs whose file is just coming in.
    """

    settings: Settings
    store: Store
    events: Events
    commands: Commands
    bulk_commands: BulkCommands
    endings: Endings
    hub: Hub
    telemetry: Telemetry
    stats: Callable[[Scope | None], Awaitable[StatsShape]]
    hash_key: Callable[[], bytes]
    is_ready: Callable[[], bool]
    passwords: Passwords
    command_schemas: Callable[[], Mapping[str, Mapping[str, dict[str, Any]]]]
    uploading: set[int]
    signing: Signing
    folding: Folding
    recompute: Recompute
    recount: Recount
    storage: Storage
    watch: Watch
    notices: Notices
    guest: Guest
    oidc: Provider | None
    oidc_states: States

    @property
    def oidc_login(self) -> timedelta:
        """How long a log-in by the provider lasts."""
        return timedelta(seconds=self.settings.oidc_login_s)


def _house(connection: HTTPConnection) -> ApiHouse:
    return cast(ApiHouse, connection.app.state.house)


House = Annotated[ApiHouse, Depends(_house)]


def json_response(value: Any, status: int = 200) -> Response:
    """Straight to JSON: the shapes are ours and need no second validation."""
    return Response(to_json(value), status, media_type="application/json")

"""kill -9 while messages about alerts wait: each goes out after the restart, with the alerts it was about."""

from tests.alerts.notify.conftest import receiver
from tests.alerts.notify.receivers import QUICK, hook
from tests.servers import serving
from tests.stations import meter_values, sampled, station, until

__all__ = ["receiver"]


async def test_what_was_to_be_told_is_told_after_kill_9(tmp_path, receiver):
    with serving(tmp_path) as server:
        ports = server.ports
        channel = {"kind": "webhook", "settings": hook(receiver), **QUICK}
        assert server.ask("PUT", "alert-channels/ops", json=channel).status_code == 200
        receiver.answers = [500] * 100  # it is away
        async with station(server.ocpp_url) as cp:
            for connector in (1, 2):
                value = sampled(60_000, "Power.Active.Import")
                await cp.call("MeterValues", meter_values(value, connector=connector))
            await until(lambda: _told(server) == {1, 2})
        server.kill()
    receiver.answers = []
    with serving(tmp_path, **ports) as server:
        await until(lambda: {alert["id"] for one in receiver.messages for alert in one["alerts"]} == {1, 2})
        numbers = [int(headers["wattdeck-delivery"]) for headers, _ in receiver.got]
        await until(lambda: {one["id"] for one in _deliveries(server, "sent")} == set(numbers))


def _deliveries(server, state=None):
    query = {} if state is None else {"state": state}
    return server.get("alert-deliveries", **query)["items"]


def _told(server):
    return {id for one in _deliveries(server) for id in one["alert_ids"]}

"""A fleet over lines that cannot be trusted, people who press buttons, and a server that is killed twice: in the end
both sides' books are the same, to the Wh.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx2
import pytest

from tests.faults.proxy import Mischief, proxying
from tests.servers import API_KEY, Server
from tests.stations import until
from wattdeck.simulator.fleet import Fleet, Plan, identifiers_for
from wattdeck.simulator.ledger import SessionRecord
from wattdeck.simulator.scenario import Quirks
from wattdeck.simulator.voice16 import write_time

MISCHIEF = Mischief(cut=0.02, double=0.25, swap=0.1)
BUTTONS = ({"type": "Hard"}, {"type": "Soft"}, None, None)  # resets; None: stop the session that runs
PLAIN = Quirks()
KILOWATT_HOURS = Quirks(kilowatt_hours=True, no_transaction_id=True, numeric_message_ids=True)
STOPS = Quirks(duplicate_stops=True, stop_register_zero=True, no_units=True)


class Play:
    """Three acts; after the first and the second the server is killed and started again on the same ports."""

    def __init__(self, folder: Path, stations: int, seed: int, quirks: Quirks, interval_s: float) -> None:
        self.folder, self.seed, self.quirks, self.interval_s = folder, seed, quirks, interval_s
        self.identifiers = identifiers_for("CP", stations)
        self.server: Server | None = None
        self.pressed = 0

    async def act(self, *acts_s: float) -> Fleet:
        """Play it, and give the fleet when all has been said."""
        self.server = await asyncio.to_thread(Server, self.folder)
        async with proxying(self.server.ports["ocpp_port"], MISCHIEF, self.seed) as proxy:
            fleet = Fleet(self.plan(proxy.port))
            running = asyncio.create_task(fleet.run())
            people = asyncio.create_task(self.press_buttons(self.server.http_url))
            for number, act_s in enumerate(acts_s, 1):
                await asyncio.wait((running, people), timeout=act_s)
                if number < len(acts_s):
                    ports = self.server.ports
                    self.server.kill()
                    self.server = await asyncio.to_thread(Server, self.folder, **ports)
            people.cancel()
            fleet.end()
            await running
        assert min(proxy.done[what] for what in ("cut", "double", "swap")) > 0
        return fleet

    def plan(self, port: int) -> Plan:
        return Plan(
            f"ws://127.0.0.1:{port}/ocpp",
            self.identifiers,
            connectors=2,
            interval_s=self.interval_s,
            speed=900,
            seed=self.seed,
            first_back_off_s=0.1,
            last_words_s=240,
            quirks=self.quirks,
        )

    async def press_buttons(self, url: str) -> None:
        random = Random(self.seed)
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with httpx2.AsyncClient(base_url=f"{url}/api/v1/", headers=headers, trust_env=False) as http:
            while True:
                await asyncio.sleep(3 / len(self.identifiers))
                path, body = f"charge-points/{random.choice(self.identifiers)}", random.choice(BUTTONS)
                with suppress(httpx2.HTTPError):
                    if body is None:
                        answer = await http.post(f"{path}/remote-stop")
                    else:
                        answer = await http.post(f"{path}/commands", json={"action": "Reset", "payload": body})
                    self.pressed += answer.status_code == 202

    def sessions(self) -> list[dict]:
        """All that the server knows of."""
        assert self.server is not None
        found, cursor = [], {}
        while True:
            page = self.server.get("sessions", limit=1000, **cursor)
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}


def theirs(one: SessionRecord) -> tuple:
    """A session as the charge point entered it in its book; times as it writes them."""
    assert one.stopped_at is not None
    place = (one.charge_point, one.connector_id, one.id_tag, str(one.transaction_id))
    return (
        *place,
        write_time(one.started_at),
        write_time(one.stopped_at),
        one.meter_start,
        one.meter_stop,
        one.energy_wh,
    )


def ours(one: dict) -> tuple:
    names = ("charge_point", "connector_id", "id_tag", "transaction_id", "started_at", "stopped_at")
    return tuple(one[name] for name in (*names, "start_meter_wh", "stop_meter_wh", "energy_wh"))


async def compare(play: Play, fleet: Fleet) -> None:
    server = play.server
    assert server is not None
    said = fleet.summary()
    assert (said["unsent"], said["given_up"], said["meter_values_dropped"]) == (0, 0, 0), said["errors"]
    assert play.pressed > 0
    records = list(fleet.ledger.sessions)
    assert len(records) == fleet.ledger.sessions_started >= len(play.identifiers)
    known = play.sessions()
    assert sorted(map(ours, known)) == sorted(map(theirs, records))
    assert {(one["status"], *one["flags"]) for one in known} == {("completed",)}
    await until(lambda: server.get("stats")["connected"] == 0)
    stats = server.get("stats")
    assert (stats["active_sessions"], stats["charging"]) == (0, 0)
    # what came late is judged again soon after it came
    kwh = round(sum(one.energy_wh for one in records) / 1000, 3)
    await until(lambda: server.get("stats")["total_energy_today"] == kwh)
    # what was asked of charge points has an end, too
    for identifier in play.identifiers:
        commands = server.get(f"charge-points/{identifier}/commands")["items"]
        assert {one["state"] for one in commands}.isdisjoint({"queued", "sent"})
    assert "Traceback" not in server.log.read_text()


async def play_and_compare(
    folder: Path, stations: int, seed: int, quirks: Quirks, acts_s: tuple[float, ...], interval_s: float
) -> None:
    play = Play(folder, stations, seed, quirks, interval_s)
    try:
        day = datetime.now(UTC).date()
        fleet = await play.act(*acts_s)
        if datetime.now(UTC).date() == day:  # else the energy of today is only a part of it
            await compare(play, fleet)
    finally:
        if play.server is not None:
            play.server.end()


@pytest.mark.covers("promise 2")
async def test_thirty_charge_points_and_the_server_keep_the_same_books(tmp_path):
    await play_and_compare(tmp_path, 30, 1, PLAIN, (2, 2, 2), 0.4)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("seed", "quirks"), [(11, PLAIN), (12, KILOWATT_HOURS), (13, STOPS)])
async def test_two_hundred_charge_points_and_the_server_keep_the_same_books(tmp_path, seed, quirks):
    await play_and_compare(tmp_path, 200, seed, quirks, (20, 20, 20), 1.0)

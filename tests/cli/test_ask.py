"""`wattdeck ask` against a running server, with options drawn from the schemas it serves."""

import asyncio
import contextlib
import json

import pytest
from typer.testing import CliRunner

from tests.houses import API_KEY, door, house, make_house
from wattdeck.cli import offer

__all__ = ["door", "house", "make_house"]
command_line = offer("ask", "serve")  # one verb alone would not be a verb


async def ask(house, *words, key=API_KEY):
    """The command line's result; in a thread, as the server runs here."""
    environment = {"WATTDECK_API_KEY": key} if key else {}
    given = ["ask", "--url", house.http_url, *words]
    return await asyncio.to_thread(CliRunner(env=environment).invoke, command_line, given)


@contextlib.asynccontextmanager
async def answering(cp, answer):
    """The charge point answers whatever it is asked; the payloads it got."""
    got = []

    async def serve():
        while True:
            message_id, payload = await cp.asked(deadline_s=600)
            got.append(payload)
            if answer == "error":
                await cp.refuse(message_id, "NotSupported", "no such thing")
            else:
                await cp.answer(message_id, answer)

    task = asyncio.create_task(serve())
    try:
        yield got
    finally:
        task.cancel()


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


async def test_a_command_and_its_result(house):
    async with answering(await booted(house), {"status": "Accepted"}) as got:
        done = await ask(house, "CP-1", "reset", "--type", "soft")
    assert (done.exit_code, done.stdout) == (0, 'CP-1 Reset: accepted {"status": "Accepted"}\n')
    assert got == [{"type": "Soft"}]


async def test_options_of_every_kind_become_the_payload(house):
    profile = {"chargingProfileId": 1, "stackLevel": 0, "chargingProfilePurpose": "TxProfile"}
    profile |= {"chargingProfileKind": "Relative", "chargingSchedule": {"chargingRateUnit": "A"}}
    profile["chargingSchedule"]["chargingSchedulePeriod"] = [{"startPeriod": 0, "limit": 16.5}]
    wanted = {"connectorId": 1, "idTag": "-TAG", "chargingProfile": profile}
    async with answering(await booted(house), {"status": "Accepted"}) as got:
        words = ("remote_start_transaction", "--id-tag=-TAG", "--connector-id", "1", "--charging-profile")
        assert (await ask(house, "CP-1", *words, json.dumps(profile))).exit_code == 0
        assert (await ask(house, "CP-1", "GetConfiguration", "--key", "A", "--key", "B")).exit_code == 0
        assert (await ask(house, "CP-1", "get-configuration", "--key", '["C"]')).exit_code == 0
    assert got == [wanted, {"key": ["A", "B"]}, {"key": ["C"]}]


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"status": "Rejected"}, 'wattdeck: CP-1 Reset: rejected {"status": "Rejected"}\n'),
        ("error", "wattdeck: CP-1 Reset: error NotSupported no such thing\n"),
    ],
)
async def test_a_refusal_is_one_line_and_exit_1(house, answer, line):
    async with answering(await booted(house), answer):
        done = await ask(house, "CP-1", "reset", "--type", "Hard")
    assert (done.exit_code, done.stderr, done.stdout) == (1, line, "")


async def test_a_charge_point_that_does_not_answer_is_one_line_and_exit_1(house):
    await booted(house)
    done = await ask(house, "CP-1", "reset", "--type", "Hard", "--timeout", "0.2")
    assert (done.exit_code, done.stderr) == (1, "wattdeck: CP-1 Reset: timed out\n")
    done = await ask(house, "CP-1", "clear-cache", "--wait", "0.2")
    assert done.exit_code == 1
    assert done.stderr.endswith(" after 0.2 s\n")


async def test_without_waiting_it_is_sent_and_that_is_all(house):
    await booted(house)
    done = await ask(house, "CP-1", "clear-cache", "--wait", "0")
    assert (done.exit_code, "queued (command " in done.stdout) == (0, True)


async def test_a_charge_point_that_is_away(house):
    await house.post("charge-points", identifier="AWAY")
    done = await ask(house, "AWAY", "clear-cache")
    assert (done.exit_code, done.stderr) == (1, "wattdeck: AWAY is not connected\n")
    done = await ask(house, "AWAY", "clear-cache", "--offline", "queue", "--wait", "0.1")
    assert (done.exit_code, "AWAY ClearCache: queued" in done.stdout) == (0, True)


async def test_as_json_it_is_the_command_of_the_api(house):
    async with answering(await booted(house), {"status": "Accepted"}):
        done = await ask(house, "CP-1", "reset", "--type", "Soft", "--json")
    command = json.loads(done.stdout)
    assert command == await house.get(f"commands/{command['id']}")


async def test_without_an_action_all_are_listed_and_with_help_the_options_of_one(house):
    await booted(house)
    listed = await ask(house, "CP-1")
    assert listed.exit_code == 0
    assert "reset --type Hard|Soft" in [" ".join(line.split()) for line in listed.stdout.splitlines()]
    shown = await ask(house, "CP-1", "remote-start-transaction", "--help")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("wattdeck ask CP-1 remote-start-transaction --id-tag … [--connector-id …]")
    assert "  --connector-id      NUMBER\n" in shown.stdout


async def test_help_of_the_verb_needs_no_server(house):
    done = await asyncio.to_thread(CliRunner().invoke, command_line, ["ask", "--help"])
    assert (done.exit_code, "--all" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("CP-1", "rest"), "no action rest, did you mean reset?"),
        (("CP-1", "reset"), "the following arguments are required: --type"),
        (("CP-1", "reset", "--type", "Medium"), "--type: Medium is none of Hard, Soft"),
        (("CP-1", "reset", "--kind", "1", "--type", "Soft"), "unrecognized arguments: --kind 1"),
        (("CP-1", "unlock-connector", "--connector-id", "one"), "--connector-id: one is not a whole number"),
        (("CP-1", "send-local-list", "--list-version", "1", "--update-type", "Full", "--local-authorization-list", "{"),
         "--local-authorization-list: { is not JSON"),
        (("NOBODY", "clear-cache"), "no charge point 'NOBODY'"),
        (("CP-1", "clear-cache", "--wait", "301"), "--wait must be 0 to 300"),
        (("CP-1,NOBODY", "clear-cache"), "no charge point 'NOBODY'"),
    ],
)  # fmt: skip
async def test_what_cannot_work_as_asked_is_one_line_and_exit_2(house, words, line):
    await booted(house)
    done = await ask(house, *words)
    assert (done.exit_code, done.stderr, done.stdout) == (2, f"wattdeck: {line}\n", "")


async def test_who_may_not_is_told_so(house):
    done = await ask(house, "CP-1", "clear-cache", key="wrong")
    assert (done.exit_code, done.stderr) == (2, "wattdeck: this API key is not known\n")


async def test_a_server_that_is_not_there_is_one_line(house):
    done = await asyncio.to_thread(CliRunner().invoke, command_line, ["ask", "CP", "--url", "http://127.0.0.1:1"])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert done.stderr == "wattdeck: no answer from http://127.0.0.1:1: connection refused\n"
    done = await asyncio.to_thread(CliRunner().invoke, command_line, ["ask", "CP", "--url", "nonsense"])
    assert (done.exit_code, done.stderr) == (2, "wattdeck: not an address: nonsense\n")


@pytest.mark.parametrize("whom", [("CP-1,CP-2",), ("--all",)])
async def test_several_charge_points_at_once(house, whom):
    one, other = await booted(house, "CP-1"), await booted(house, "CP-2")
    async with answering(one, {"status": "Accepted"}) as got, answering(other, {"status": "Rejected"}):
        done = await ask(house, *whom, "reset", "--type", "Soft", "--per-second", "100")
    assert sorted(done.stdout.splitlines()) == [
        'CP-1 Reset: accepted {"status": "Accepted"}',
        'CP-2 Reset: rejected {"status": "Rejected"}',
    ]
    assert (done.exit_code, done.stderr) == (1, "wattdeck: 1 rejected of 2\n")
    assert got == [{"type": "Soft"}]
    async with answering(one, {"status": "Accepted"}), answering(other, {"status": "Accepted"}):
        assert (await ask(house, *whom, "clear-cache", "--per-second", "100")).exit_code == 0

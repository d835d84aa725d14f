"""`wattdeck alerts` as a person runs it, against a server in another process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import API_KEY, Server
from tests.stations import meter_values, open_station, sampled

HOT = {"name": "hot", "kind": "limit", "signal": "Temperature", "above": 55}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"))
    yield one
    one.end()


def run(server: Server, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTDECK_")}
    environment |= {"WATTDECK_URL": server.http_url, "WATTDECK_API_KEY": API_KEY, "COLUMNS": "200"}
    command = [sys.executable, "-m", "wattdeck", "alerts", *arguments]
    done = subprocess.run(
        command, env=environment, input=stdin, text=True, capture_output=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_rules_are_tried_dry_applied_exported_and_taken_back(server: Server, tmp_path: Path):
    file = tmp_path / "rules.toml"
    file.write_text('[[rules]]\nname = "hot"\nkind = "limit"\nsignal = "Temperature"\nabove = 55\n')
    code, out, err = run(server, "rules", "apply", str(file), "--dry-run")
    assert (code, out, err) == (0, "+ hot\n0 as they are; nothing done, this was a dry run\n", "")
    assert run(server, "rules", "export")[1] == '{\n  "rules": []\n}\n'
    assert run(server, "rules", "apply", str(file))[1] == "+ hot\n0 as they are; applied\n"
    file.write_text(file.read_text().replace("55", "60"))
    assert run(server, "rules", "apply", str(file))[1] == "~ hot\n    above: 55.0 → 60.0\n0 as they are; applied\n"
    out_file = tmp_path / "out.json"
    assert run(server, "rules", "export", str(out_file)) == (0, "", "")
    assert json.loads(out_file.read_text()) == {"rules": [{**HOT, "above": 60}]}
    assert run(server, "rules", "apply", "-", stdin=out_file.read_text())[1] == "1 as they are; applied\n"
    changed = {"name": "voltage", "kind": "limit", "signal": "Voltage", "above": 260}
    run(server, "rules", "apply", "-", stdin=json.dumps([changed]))
    code, out, _ = run(server, "rules", "apply", "-", "--prune", stdin="[]")
    assert out == "- hot\n- voltage\n0 as they are; applied\n"
    assert run(server, "rules", "export")[1] == '{\n  "rules": []\n}\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "-: "),
        ("3", "a list of rules"),
        ('[{"name": "a"}]', "rule 1 (a): alert rule: Object missing required field `kind`"),
        (json.dumps([HOT, HOT]), "hot is there twice"),
        (json.dumps([HOT, {**HOT, "name": "b", "signal": "Heat"}]), "rule 2 (b)"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_line_and_nothing_is_stored(server: Server, text: str, complaint: str):
    code, out, err = run(server, "rules", "apply", "-", stdin=text)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err
    assert run(server, "rules", "export")[1] == '{\n  "rules": []\n}\n'


async def test_alerts_are_listed_shown_and_taken_up(server: Server):
    assert run(server, "list") == (0, "nothing\n", "")
    station = await open_station(server.ocpp_url, "CP-1")
    await station.call("MeterValues", meter_values(sampled(99, "Temperature")))
    while "temperature: CP-1 connector 1" not in run(server, "list")[1]:
        pass
    [alert] = json.loads(run(server, "list", "--json")[1])
    code, out, _ = run(server, "ack", str(alert["id"]), "--note", "on my way")
    assert (code, out.split(": ")[-1]) == (0, "acknowledged by WATTDECK_API_KEY\n")
    shown = json.loads(run(server, "show", str(alert["id"]))[1])
    assert [one["what"] for one in shown["timeline"]] == ["fired", "acknowledged"]
    code, out, _ = run(server, "rules", "try", "-", stdin=json.dumps([HOT]))
    assert (code, out) == (0, "hot: 1 alerts, 1 firings, 1 charge points in 7 days\n  CP-1: 1\n")
    assert run(server, "ack", "4711")[0] == 2
    await station.close()


def test_a_model_has_other_numbers_in_several_rules_at_once_or_in_none(server: Server):
    direct = ("rules", "override", "--model", "Terra HP*", "power.above=165000")
    code, out, _ = run(server, *direct, "voltage.above=1000", "voltage.below=-1")
    assert (code, out.splitlines()[0], out.splitlines()[-1]) == (0, "~ power", "0 as they are; applied")
    written = {rule["name"]: rule for rule in json.loads(run(server, "rules", "export")[1])["rules"]}
    assert written["voltage"]["model_overrides"] == {"Terra HP*": {"above": 1000.0, "below": -1.0}}
    code, _, err = run(server, "rules", "override", "CP-1", "power.above=60000", "voltage.tolerance=-1")
    assert (code, err.count("\n")) == (2, 1)
    assert "tolerance: 0 or more" in err
    assert run(server, "rules", "override", "CP-1", "power.above=much")[0] == 2
    assert run(server, "rules", "override", "CP-1", "nothing.above=1")[0] == 2
    code, out, _ = run(server, "rules", "override", "--model", "Terra HP*", "power.above=", "voltage.above=")
    written = {rule["name"]: rule for rule in json.loads(run(server, "rules", "export")[1])["rules"]}
    assert (list(written), written["voltage"]["model_overrides"]) == (["voltage"], {"Terra HP*": {"below": -1.0}})
    run(server, "rules", "apply", "-", "--prune", stdin="[]")

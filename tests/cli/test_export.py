"""`wattdeck export` as a person runs it, against a server in another process."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.servers import API_KEY, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"))
    for identifier, site in (("CP-1", "Depot"), ("CP/2", None)):
        one.ask("POST", "charge-points", json={"identifier": identifier.replace("/", "-"), "site": site})
    yield one
    one.end()


def run(*arguments: str, url: str, key: str = API_KEY) -> tuple[int, bytes, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTDECK_")}
    environment |= {"WATTDECK_URL": url, "WATTDECK_API_KEY": key}
    command = [sys.executable, "-m", "wattdeck", "export", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def test_a_list_goes_to_standard_output_or_a_file(server: Server, tmp_path: Path):
    code, out, _ = run("charge-points", url=server.http_url)
    assert (code, out.count(b"\r\n")) == (0, 3)
    file = tmp_path / "out.csv"
    assert run("charge-points", str(file), url=server.http_url) == (0, b"", "")
    assert file.read_bytes().partition(b"\r\n")[0] == out.partition(b"\r\n")[0]


def test_filters_are_handed_on(server: Server):
    code, out, _ = run("charge-points", "--site", "Depot", "--query", "registration=accepted", url=server.http_url)
    assert (code, out.count(b"\r\n")) == (0, 2)


def test_what_belongs_to_one_charge_point_is_asked_of_it(server: Server):
    code, out, _ = run("meter-values", "-c", "CP-1", "--from", "2026-01-01", "--format", "parquet", url=server.http_url)
    assert code == 0
    assert pyarrow.parquet.read_table(io.BytesIO(out)).num_rows == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("meter-values",), "meter-values are those of one charge point: --charge-point"),
        (("nonsense",), "there is no 'nonsense' to export; there are "),
        (("sessions", "--query", "state"), "--query state: NAME=VALUE"),
        (("sessions", "--from", "yesterday"), "query.from: "),
        (("sessions", "-c", "nobody"), "no charge point 'nobody'"),
        (("sessions", "/nowhere/at/all.csv"), "/nowhere/at/all.csv: No such file or directory"),
        (("sessions", "--format", "xlsx"), "Invalid value for '--format'"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(server: Server, arguments: tuple[str, ...], says: str):
    code, out, err = run(*arguments, url=server.http_url)
    assert (code, out) == (2, b"")
    assert err.startswith(f"wattdeck: {says}")
    assert err.count("\n") == 1


def test_a_refused_key_leaves_no_file_behind(server: Server, tmp_path: Path):
    code, _, err = run("sessions", str(tmp_path / "out.csv"), url=server.http_url, key="nonsense")
    assert (code, err) == (2, "wattdeck: this API key is not known\n")
    assert list(tmp_path.iterdir()) == []

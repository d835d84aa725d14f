"""`wattdeck serve` where it cannot work: one clear line, exit 2."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from tests import tls
from tests.servers import environment, serving
from tests.stations import station


def attempt(*arguments, **settings) -> str:
    """Start it, expect it to end with 2; the one line it says."""
    command = [sys.executable, "-m", "wattdeck", "serve", "--host", "127.0.0.1", *map(str, arguments)]
    ended = subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("wattdeck: ")
    return line


@pytest.fixture
def ports() -> list:
    return ["--http-port", 0, "--ocpp-port", 0]


@pytest.mark.parametrize("name", ["http", "ocpp"])
def test_a_port_in_use_is_named(tmp_path, name):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = "ocpp" if name == "http" else "http"
        line = attempt("--data", tmp_path, f"--{name}-port", port, f"--{other}-port", 0)
    assert f"127.0.0.1:{port}" in line
    assert name in line


def test_a_host_that_is_not_ours_is_named(tmp_path, ports):
    line = attempt("--data", tmp_path, *ports, "--host", "192.0.2.1")
    assert "192.0.2.1" in line


def test_a_file_in_place_of_the_folder_is_named(tmp_path, ports):
    folder = tmp_path / "data"
    folder.write_text("I was here first")
    assert str(folder) in attempt("--data", folder, *ports)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_we_may_not_write_to_is_named(tmp_path, ports):
    tmp_path.chmod(0o500)
    assert str(tmp_path / "data") in attempt("--data", tmp_path / "data", *ports)


def test_a_folder_that_another_wattdeck_uses_is_left_alone(tmp_path, ports):
    with serving(tmp_path) as server:
        line = attempt("--data", tmp_path, *ports)
        assert "in use by another wattdeck" in line
        assert server.get("stats")["connected"] == 0


def test_a_file_that_is_no_database_is_named(tmp_path, ports):
    (tmp_path / "wattdeck.sqlite3").write_bytes(b"this is no database" * 100)
    assert str(tmp_path) in attempt("--data", tmp_path, *ports)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("lease_s", "soon", "lease_s"),
        ("time_zone", "Mars/Olympus", "IANA"),
        ("unknown_charge_points", "maybe", "unknown_charge_points"),
        ("frame_limit_bytes", "1", "frame_limit_bytes"),
    ],
)
def test_a_broken_setting_is_named(tmp_path, ports, name, value, word):
    assert word in attempt("--data", tmp_path, *ports, **{name: value})


def test_broken_toml_is_named_with_its_place(tmp_path, ports):
    config = tmp_path / "wattdeck.toml"
    config.write_text("time_zone = \n")
    line = attempt("--data", tmp_path, *ports, "--config", config)
    assert str(config) in line
    assert "line 1" in line


def test_a_setting_that_does_not_exist_is_named(tmp_path, ports):
    config = tmp_path / "wattdeck.toml"
    config.write_text('time_zoone = "UTC"\n')
    assert "time_zoone" in attempt("--data", tmp_path, *ports, "--config", config)


def test_a_missing_config_file_is_named(tmp_path, ports):
    config = tmp_path / "none.toml"
    assert str(config) in attempt("--data", tmp_path, *ports, "--config", config)


def test_a_certificate_that_is_missing_or_none_or_has_no_key_is_named(tmp_path, ports):
    given = [*ports, "--ocpp-tls-port", 0, "--data", tmp_path / "data"]
    missing, empty, certificate = (tmp_path / name for name in ("missing.pem", "empty.pem", "certificate.pem"))
    empty.write_text("I am no certificate")
    tls.certificate("localhost").cert_chain_pems[0].write_to_path(certificate)
    for path in (missing, empty, certificate):
        line = attempt(*given, tls_certificate=path)
        assert "tls_certificate" in line
        assert str(path) in line


def test_a_key_of_another_certificate_and_a_bad_authority_are_named(tmp_path, ports):
    given = [*ports, "--ocpp-tls-port", 0, "--data", tmp_path / "data"]
    settings = tls.settings(tmp_path)
    key = tmp_path / "other.pem"
    tls.certificate("somebody").private_key_pem.write_to_path(key)
    assert "key values mismatch" in attempt(*given, tls_certificate=settings["tls_certificate"], tls_key=key)
    key.write_text("I am no authority")
    line = attempt(*given, tls_certificate=settings["tls_certificate"], tls_client_ca=key)
    assert "tls_client_ca" in line


def test_an_authority_without_a_certificate_of_ours_is_refused(tmp_path, ports):
    settings = tls.settings(tmp_path)
    line = attempt(*ports, "--data", tmp_path / "data", tls_client_ca=settings["tls_client_ca"])
    assert "without tls_certificate" in line


async def test_the_server_serves_plain_and_tls_ports_and_says_so(tmp_path):
    with serving(tmp_path / "data", "--ocpp-tls-port", "0", **tls.settings(tmp_path)) as server:
        assert server.process.stdout is not None
        said = server.process.stdout.readline()
        secure = said.split()[-1].rsplit("/", 1)[0].replace("127.0.0.1", "localhost")
        assert secure.startswith("wss://")
        async with (
            station(server.ocpp_url, "PLAIN") as plain,
            station(secure, "SECURE", ssl=tls.client("SECURE")) as over_tls,
        ):
            assert (await plain.boot())["status"] == "Accepted"
            assert (await over_tls.boot())["status"] == "Accepted"
        [row] = (await asyncio.to_thread(server.get, "charge-points/SECURE/connections"))["items"]
        assert row["security_profile"] == 3

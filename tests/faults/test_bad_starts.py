"""`wattdeck serve` where it cannot work: one clear line, exit 2."""

import os
import socket
import subprocess
import sys

import pytest

from tests.servers import environment, serving


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

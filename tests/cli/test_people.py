"""`wattdeck users` and `wattdeck keys` as a person runs them, against a server in another process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest

from tests.servers import API_KEY, Server

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"))
    yield one
    one.end()


def run(server: Server, *arguments: str, key: str = API_KEY, stdin: str = "") -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTDECK_")}
    environment |= {"WATTDECK_URL": server.http_url, "WATTDECK_API_KEY": key, "COLUMNS": "160"}
    command = [sys.executable, "-m", "wattdeck", *arguments]
    done = subprocess.run(
        command, env=environment, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def log_in(server: Server, username: str, password: str) -> int:
    url = f"{server.http_url}/api/v1/login"
    return httpx2.post(url, json={"username": username, "password": password}, timeout=60, trust_env=False).status_code


def test_a_user_is_added_listed_changed_and_removed(server: Server):
    scope = ("--charge-point", "DEPOT-*", "--site", "Hill")
    code, out, _ = run(server, "users", "add", "ana", "--role", "operator", *scope)
    assert (code, log_in(server, "ana", out.strip())) == (0, 200)
    listed = run(server, "users", "list")[1]
    assert "DEPOT-*, site Hill" in listed
    assert run(server, "users", "change", "ana", "--role", "viewer", "--all-charge-points", "--disable") == (0, "", "")
    [ana] = [one for one in json.loads(run(server, "users", "list", "--json")[1]) if one["username"] == "ana"]
    assert (ana["role"], ana["scope"], ana["disabled"]) == ("viewer", None, True)
    assert run(server, "users", "remove", "ana") == (0, "", "")
    assert run(server, "users", "remove", "ana") == (2, "", "wattdeck: no user 'ana'\n")


def test_a_password_comes_from_a_file_or_is_made_and_printed(server: Server):
    assert run(server, "users", "add", "ben", "--password-file", "-", stdin=f"{PASSWORD}\n") == (0, "", "")
    assert log_in(server, "ben", PASSWORD) == 200
    code, fresh, _ = run(server, "users", "password", "ben")
    assert (code, log_in(server, "ben", fresh.strip()), log_in(server, "ben", PASSWORD)) == (0, 200, 401)


def test_a_key_is_made_used_listed_and_revoked(server: Server):
    code, out, _ = run(server, "keys", "add", "billing", "--role", "admin", "--days", "30")
    key = out.strip()
    assert code == 0
    assert "billing" in run(server, "keys", "list", key=key)[1]
    [one] = [one for one in json.loads(run(server, "keys", "list", "--json")[1]) if one["name"] == "billing"]
    assert one["expires_at"] is not None
    assert run(server, "keys", "revoke", "billing") == (0, "", "")
    assert run(server, "keys", "list", key=key) == (2, "", "wattdeck: this API key is not known\n")
    assert run(server, "keys", "revoke", str(one["id"]))[0] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("users", "add", "x", "--role", "king"), "body.role: Input should be 'viewer', 'operator' or 'admin'"),
        (("users", "add", "x", "--password-file", "missing"), "missing: No such file or directory"),
        (("users", "change", "x"), "nothing to change"),
        (("users", "change", "x", "--enable", "--disable"), "that contradicts itself"),
        (("users", "change", "x", "--site", "A", "--all-charge-points"), "that contradicts itself"),
        (("users", "remove", "admin"), "the last admin: there would be nobody left who could make another"),
        (("keys", "revoke", "nothing"), "no API key 'nothing'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(server: Server, arguments: tuple[str, ...], says: str):
    code, out, err = run(server, *arguments)
    assert (code, out, err) == (1 if "last admin" in says else 2, "", f"wattdeck: {says}\n")

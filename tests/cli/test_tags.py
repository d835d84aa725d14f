"""`wattdeck tags` as a person runs it, against a server in another process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import API_KEY, Server

FILE = "id_tag,status,note\nA,,Ann\nB,blocked,\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("server"))
    yield one
    one.end()


def run(*arguments: str, url: str = "", key: str | None = API_KEY, stdin: bytes = b"") -> tuple[int, str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATTDECK_")}
    environment |= {"WATTDECK_URL": url} | ({} if key is None else {"WATTDECK_API_KEY": key})
    command = [sys.executable, "-m", "wattdeck", "tags", *arguments]
    done = subprocess.run(command, env=environment, input=stdin, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_a_file_is_tried_imported_and_exported_again(server: Server, tmp_path: Path):
    file = tmp_path / "tags.csv"
    file.write_text(FILE)
    assert run("import", str(file), "--dry-run", url=server.http_url) == (
        *(0, "line 2: add A\nline 3: add B\n2 would be added, 0 would be changed, 0 unchanged, 0 wrong\n"),
        "",
    )
    assert run("import", str(file), url=server.http_url) == (0, "2 added, 0 changed, 0 unchanged, 0 wrong\n", "")
    out = tmp_path / "out.csv"
    assert run("export", str(out), url=f"{server.http_url}/") == (0, "", "")
    assert run("import", "-", url=server.http_url, stdin=out.read_bytes())[1].startswith("0 added, 0 changed, 2 unch")
    assert run("export", url=server.http_url)[1].encode() == out.read_bytes()


def test_wrong_lines_are_named_and_nothing_is_stored(server: Server):
    text = b"id_tag,max_sessions\nX,1\nY,many\n"
    code, out, err = run("import", "-", url=server.http_url, stdin=text)
    assert (code, out) == (1, "")
    assert err == (
        "line 3: max_sessions: 'many' is no whole number from 0\nwattdeck: wrong lines: 1; nothing was stored\n"
    )
    code, out, _ = run("import", "-", "--dry-run", url=server.http_url, stdin=text)
    assert (code, out.splitlines()[-1]) == (1, "1 would be added, 0 would be changed, 0 unchanged, 1 wrong")
    assert server.ask("GET", "tags/X").status_code == 404


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("import", "missing.csv"), b"", "missing.csv: No such file or directory"),
        (("import", "-"), b"colour\nred\n", "unknown column 'colour'"),
        (("export", "/nowhere/tags.csv"), b"", "/nowhere/tags.csv: No such file or directory"),
        (("export", "--api-key", "wrong"), b"", "key"),
        (("export", "--url", "localhost:8080"), b"", "not an address: localhost:8080"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(server: Server, arguments: tuple[str, ...], stdin: bytes, says: str):
    code, out, err = run(*arguments, url=server.http_url, stdin=stdin)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("wattdeck: ")
    assert says in err


def test_a_server_that_is_not_there_or_none_of_ours_is_told_apart(server: Server):
    code, _, err = run("export", url="http://127.0.0.1:1")
    assert (code, err.startswith("wattdeck: no answer from http://127.0.0.1:1: "), err.count("\n")) == (1, True, 1)
    elsewhere = f"{server.http_url}/somewhere"
    assert run("export", url=elsewhere) == (1, "", f"wattdeck: no wattdeck at {elsewhere}\n")

"""How `make test` runs its tests, with a project of a few lines in place of ours."""

import dataclasses
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
TESTS = """
from pathlib import Path

def test_good(): pass
def test_other(): pass
def fails_until(name, times):
    file = Path(__file__).with_name(name)
    runs = len(file.read_text()) if file.is_file() else 0
    file.write_text("x" * (runs + 1))
    assert runs >= times, f"{name} has run {runs} times"
"""
UNSTEADY = "def test_unsteady(): print('a word before'); fails_until('unsteady', 1)\n"
BROKEN = "def test_broken(): fails_until('broken', 9)\n"
Play = Callable[[str], tuple[int, str]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Play:
    """Run these tests as a stage: the exit code and all that was printed."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # a quick start
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    run_tests = import_module("run_tests")
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "REPORTS", tmp_path / "build/test-results")
    run_tests.REPORTS.mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def play(tests: str) -> tuple[int, str]:
        (tmp_path / "test_it.py").write_text(TESTS + tests)
        stage = dataclasses.replace(run_tests.pytest_stage("python tests", "not long", "pytest"), folder=tmp_path)
        code = run_tests.sum_up([run_tests.run(stage)], [])
        return code, capfd.readouterr().out

    return play


def kept(folder: Path, name: str) -> str | None:
    """A file of the results."""
    file = folder / "build/test-results" / name
    return file.read_text() if file.is_file() else None


def last_line(printed: str) -> str:
    return printed.splitlines()[-1]


def test_all_pass_and_nothing_is_run_again(play: Play, tmp_path: Path):
    code, printed = play("")
    assert (code, last_line(printed)) == (0, "2 passed, 0 failed, 0 skipped")
    assert "once more" not in printed
    assert (kept(tmp_path, "unsteady.txt"), kept(tmp_path, "failures.txt")) == (None, None)


def test_what_passes_when_run_again_is_green_and_named_with_its_first_failure(play: Play, tmp_path: Path):
    code, printed = play(UNSTEADY)
    assert (code, last_line(printed)) == (0, "3 passed, 0 failed, 0 skipped")
    told = kept(tmp_path, "unsteady.txt")
    assert told is not None
    assert told.splitlines()[0] == "Unsteady: passed only when run again"
    for word in ("test_it.py::test_unsteady", "unsteady has run 0 times", "a word before"):
        assert word in told
        assert word in printed.split("Unsteady: passed only")[1]
    assert kept(tmp_path, "failures.txt") is None
    assert (tmp_path / "unsteady").read_text() == "xx"


def test_the_junit_file_counts_it_as_passed_and_keeps_how_it_failed_first(play: Play, tmp_path: Path):
    play(UNSTEADY)
    tree = ET.parse(tmp_path / "build/test-results/pytest.xml")
    [suite] = tree.iter("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "0", "0")
    assert list(tree.iter("failure")) == []
    assert any("unsteady has run 0 times" in (one.text or "") for one in tree.iter("system-err"))


def test_what_fails_twice_has_failed(play: Play, tmp_path: Path):
    code, printed = play(UNSTEADY + BROKEN)
    assert (code, last_line(printed)) == (1, "3 passed, 1 failed, 0 skipped")
    told = kept(tmp_path, "failures.txt")
    assert told is not None
    assert "test_it.py::test_broken" in told
    assert "broken has run 0 times" in told
    assert "test_unsteady" not in told
    assert "test_unsteady" in (kept(tmp_path, "unsteady.txt") or "")


def test_many_failures_are_not_run_again(play: Play, tmp_path: Path):
    code, printed = play("".join(f"def test_{number}(): assert {number} < 0\n" for number in range(6)))
    assert (code, last_line(printed)) == (1, "2 passed, 6 failed, 0 skipped")
    assert "once more" not in printed


def test_a_file_that_cannot_be_read_fails_the_run(play: Play):
    code, printed = play("def test_of_bad_syntax(:\n")
    assert (code, last_line(printed)) == (1, "0 passed, 1 failed, 0 skipped")
    assert "once more" not in printed

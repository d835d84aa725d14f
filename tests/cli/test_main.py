"""The command line as a program: what is asked wrongly is one line and exit 2."""

import subprocess
import sys

import pytest


def wattdeck(*words, python=()):
    return subprocess.run(
        [sys.executable, *python, "-m", "wattdeck", *words], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("ask", "--wait", "long"), "'--wait'"),
        (("simulate", "ws://localhost", "--count", "many"), "'--count'"),
        (("serve", "--nix"), "No such option: --nix"),
    ],
)
def test_words_that_make_no_sense_are_one_line_and_exit_2(words, said):
    ended = wattdeck(*words)
    [line] = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout, line.startswith("wattdeck: "), said in line) == (2, "", True, True)


def test_without_a_verb_there_is_help():
    ended = wattdeck()
    assert ended.returncode == 2
    assert "serve" in ended.stdout + ended.stderr


def test_the_version_is_printed():
    ended = wattdeck("--version")
    assert (ended.returncode, ended.stdout.startswith("wattdeck "), ended.stderr) == (0, True, "")


def test_to_tell_the_version_no_verb_is_loaded():
    loaded = wattdeck("--version", python=("-X", "importtime")).stderr
    assert "wattdeck.cli" in loaded
    assert "wattdeck.cli.serve" not in loaded

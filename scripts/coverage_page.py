"""Writes docs/coverage.md: which test proves what, from the tests' marks `@pytest.mark.covers("TC_001", "Reset", …)`.

A name is a certification case, a message or command of OCPP 1.6 (`"DataTransfer command"` for ours), or a promise. What
exists comes from the tables of the dialect and the official schemas, so what nobody took care of shows.
`--check` fails where the page is not what would be written. Runs inside .venv.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from coverage_lists import CASES, NOT_YET, PROMISES, WITHOUT_TEST

from wattdeck.ocpp.v16 import V16

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/coverage.md"
TESTS = ROOT / "tests"
LAST_CASE = 88
# a name that stands in both tables is marked as "… command" where the command is meant
BOTH_WAYS = frozenset(V16.incoming) & V16.commands

Proofs = Mapping[str, list[str]]  # name: links to the tests that prove it

_HEAD = """\
# Coverage

Which test proves what: messages and commands of OCPP 1.6, the certification cases, the promises about sessions. Made by
`make coverage-page` from the marks `covers` of the tests; a test fails when this page is older than they are.
"""

_MESSAGES = """\
Of all profiles and the security extension. *Taken*: understood, stored and answered; else the answer is `NotSupported`.
Beside what stands here, each is sent by two clients that are not ours (`tests/clients`), whole, and
[spoilt in every place](../tests/conversations/test_bad_input.py).
"""

_COMMANDS = """\
Of all profiles and the security extension. *Sent*: `POST …/commands` sends it, checked against its schema. Beside what
stands here, each is answered by two clients that are not ours (`tests/clients`), and each is
[answered by nonsense](../tests/conversations/test_bad_answers.py).
"""

_CASES = """\
The cases of the Open Charge Alliance's test document for OCPP 1.6 (TC_001 to TC_088) in which the central system is
tested, played over a real socket. The titles are ours, shortened. They are our reading of the cases, and no
certificate.
"""


def main(arguments: list[str]) -> None:
    text = page(proofs())
    if arguments != ["--check"]:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        sys.exit("docs/coverage.md is not what the tests' marks say: make coverage-page")


def page(proofs: Proofs) -> str:
    parts = [_HEAD, "## Messages from charge points\n", _MESSAGES, messages(proofs)]
    parts += ["## Commands to charge points\n", _COMMANDS, commands(proofs)]
    if neither := sorted(schema_names() - set(V16.incoming) - V16.commands):
        parts += [
            "## Neither taken nor sent\n",
            f"Of the schemas of OCPP 1.6 there is no row for: {', '.join(neither)}.\n",
        ]
    parts += ["## Certification cases\n", _CASES]
    for section, cases in CASES.items():
        parts += [f"### {section}\n", certification(cases, proofs)]
    parts += [for_charge_points_only()]
    parts += ["## Promises about sessions\n", table(("promise", "tests"), promise_rows(proofs))]
    return "\n".join(parts)


def messages(proofs: Proofs) -> str:
    return table(
        ("message", "status", "tests"), [(f"`{name}`", "taken", told(proofs[name])) for name in sorted(V16.incoming)]
    )


def commands(proofs: Proofs) -> str:
    names = {name: f"{name} command" if name in BOTH_WAYS else name for name in sorted(V16.commands)}
    return table(
        ("command", "status", "tests"), [(f"`{name}`", "sent", told(proofs[mark])) for name, mark in names.items()]
    )


def certification(cases: Mapping[str, str], proofs: Proofs) -> str:
    rows = [(case, title, told(proofs[case], WITHOUT_TEST.get(case, ""))) for case, title in cases.items()]
    return table(("case", "what happens", "tests"), rows)


def promise_rows(proofs: Proofs) -> list[tuple[str, ...]]:
    return [
        (f"{name.removeprefix('promise ')}. {words}", told([*proofs[name], *NOT_YET.get(name, ())]))
        for name, words in PROMISES.items()
    ]


def for_charge_points_only() -> str:
    """The numbers no case of the central system has."""
    ours = {int(case.split("_")[1]) for cases in CASES.values() for case in cases}
    others = ", ".join(f"{number:03}" for number in range(1, LAST_CASE + 1) if number not in ours)
    return f"Numbers that are not in use, or test the charge point alone: {others}.\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def told(links: list[str], otherwise: str = "") -> str:
    return "; ".join(links) or otherwise or "**none yet**"


# --- where the names come from


def schema_names() -> set[str]:
    found = {Path(one.name).stem for one in (files("ocpp") / V16.folder / "schemas").iterdir()}
    return {name for name in found if not name.endswith("Response")}


def known_names() -> set[str]:
    cases = {case for cases in CASES.values() for case in cases}
    return cases | set(PROMISES) | schema_names() | {f"{name} command" for name in BOTH_WAYS}


def proofs() -> Proofs:
    """Every mark of every test. Exits where a mark names what does not exist."""
    found: dict[str, list[str]] = defaultdict(list)
    known = known_names()
    for file in sorted(TESTS.rglob("test_*.py")):
        where = file.relative_to(ROOT)
        for test, name in marks(ast.parse(file.read_text("utf-8"))):
            if name not in known:
                sys.exit(f"{where}: covers({name!r}): there is no such case, message, command or promise")
            link = f"[{test.removeprefix('test_').replace('_', ' ')}](../{where})"
            if link not in found[name]:
                found[name].append(link)
    return found


def marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(test, name) of each `pytest.mark.covers("name", …)` among a test's decorators, `pytest.param`'s too."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                for name in covered(decorator):
                    yield node.name, name


def covered(decorator: ast.expr) -> Iterator[str]:
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.covers":
            yield from (ast.literal_eval(argument) for argument in node.args)


if __name__ == "__main__":
    main(sys.argv[1:])

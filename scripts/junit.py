"""What JUnit files say, those of pytest and of vitest: how many tests did what, and why one failed, in a few lines."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

WHY_LINES, OUTPUT_LINES, LINE_LENGTH = 14, 10, 160
UNSTEADY = "passed only when run again"


@dataclass(frozen=True)
class Failure:
    """A test that failed, what the report says of it, and what was written meanwhile (a server's log, too)."""

    name: str
    text: str
    output: str = ""

    def essence(self) -> list[str]:
        """The name, the lines that say why, the last lines of the output."""
        lines = _said(self.text)
        why = [line for line in lines if line.startswith((">", "E  "))] or lines
        place = [lines[-1]] if lines and lines[-1] not in why else []
        return [self.name, *(f"  {line}" for line in [*_cut(why), *place, *_written(self.output)[-OUTPUT_LINES:]])]


@dataclass
class Report:
    """The tests of one run by their names; one that failed more than once (and when it was cleared up) counts once."""

    passed: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skips: Counter[str] = field(default_factory=Counter)  # reason: how many

    @property
    def failed(self) -> set[str]:
        return {failure.name for failure in self.failures}


def read(path: Path) -> Report:
    """An empty report where there is none that can be read."""
    report = Report()
    try:
        cases = list(ET.parse(path).iter("testcase"))
    except (OSError, ET.ParseError):
        return report
    for case in cases:
        failures, skipped = [*case.findall("failure"), *case.findall("error")], case.find("skipped")
        if failures:
            text = "\n".join(one.text or one.get("message") or "" for one in failures)
            output = "\n".join(one.text or "" for kind in ("system-out", "system-err") for one in case.findall(kind))
            report.failures.append(Failure(name(case), text, output))
        elif skipped is not None:
            report.skips[skipped.get("message") or f"no reason given: {case.get('name')}"] += 1
        else:
            report.passed.append(name(case))
    report.passed = [one for one in report.passed if one not in report.failed]
    return report


def name(case: ET.Element) -> str:
    """As one would type it for pytest; vitest names the file as the class."""
    where, what = case.get("classname") or "", case.get("name") or ""
    if re.fullmatch(r"[\w.]+", where) and not where.endswith((".ts", ".tsx")):
        where = f"{where.replace('.', '/')}.py"
    return f"{where}::{what}" if where else what


def mend(path: Path, unsteady: set[str]) -> None:
    """Tests that passed when run again count as passed in the first run's file; how they failed stays in it."""
    tree = ET.parse(path)
    for suite in tree.iter("testsuite"):
        for case in suite.iter("testcase"):
            if name(case) not in unsteady:
                continue
            for kind in ("failure", "error"):
                for one in case.findall(kind):
                    case.remove(one)
                    ET.SubElement(case, "system-err").text = f"{UNSTEADY}; first:\n{one.text or one.get('message')}"
                    suite.set(f"{kind}s", str(max(0, int(suite.get(f"{kind}s") or 0) - 1)))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _said(text: str) -> list[str]:
    return [line.rstrip()[:LINE_LENGTH] for line in text.splitlines() if line.strip()]


def _written(output: str) -> list[str]:
    """What was written, without the headings of nothing."""
    lines = _said(output)
    heads = [line.startswith("---") and " Captured " in line for line in lines] + [True]
    return [line for line, is_head, next_is in zip(lines, heads, heads[1:], strict=False) if not (is_head and next_is)]


def _cut(lines: list[str]) -> list[str]:
    """The first and the last of them, where they are many."""
    half = WHY_LINES // 2
    return lines if len(lines) <= WHY_LINES else [*lines[:half], "…", *lines[-half:]]

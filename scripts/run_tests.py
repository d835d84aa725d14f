"""Runs the stages of lint and tests, all of them whatever fails, and sums them up: `run_tests.py lint|test|long`.

The summary names every stage, every reason for a skipped test and all that could not be run; its last line reads
`N passed, N failed, N skipped`. Runs inside .venv after set_up.py, standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import dashboard_build
from dashboard_build import DASHBOARD, ROOT

BIN = ROOT / ".venv/bin"
REPORTS = ROOT / "build/test-results"
NO_TESTS_FOUND = 5  # pytest's exit code


@dataclass
class Stage:
    name: str
    command: list[str]
    folder: Path = ROOT
    report: Path | None = None  # the JUnit file a test stage writes
    cannot_run: str = ""  # why, when it cannot
    may_find_nothing: bool = False

    result: str = ""
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)  # reason: how many


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else "test"
    REPORTS.mkdir(parents=True, exist_ok=True)
    if kind == "lint":
        return sum_up([run(stage) for stage in lint_stages()], not_had=[])
    stages = long_stages() if kind == "long" else lint_stages() + test_stages()
    return sum_up([run(stage) for stage in stages], not_had=missing_programs())


# --- the stages


def lint_stages() -> list[Stage]:
    return [
        Stage("style", [f"{BIN}/ruff", "check", "."]),
        Stage("format", [f"{BIN}/ruff", "format", "--check", "."]),
        Stage("types", [f"{BIN}/mypy"]),
        Stage("import contracts", [f"{BIN}/lint-imports"]),
        Stage("files", [sys.executable, "scripts/check_files.py"]),
        npm_stage("dashboard lint", ["run", "lint"]),
    ]


def test_stages() -> list[Stage]:
    report = REPORTS / "vitest.xml"
    write_report = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return [
        Stage("dashboard build", [sys.executable, "scripts/dashboard_build.py", "--check"]),
        pytest_stage("python tests", "not long"),
        npm_stage("dashboard tests", ["test", "--", *write_report], report),
    ]


def long_stages() -> list[Stage]:
    return [pytest_stage("long tests", "long", may_find_nothing=True)]


def pytest_stage(name: str, marks: str, may_find_nothing: bool = False) -> Stage:
    report = REPORTS / "pytest.xml"
    command = [f"{BIN}/pytest", "-m", marks, f"--junitxml={report}", "-o", "junit_family=xunit2"]
    return Stage(name, command, report=report, may_find_nothing=may_find_nothing)


def npm_stage(name: str, arguments: list[str], report: Path | None = None) -> Stage:
    npm = dashboard_build.npm()
    if not dashboard_build.exists():
        return Stage(name, [], cannot_run="there is no dashboard/package.json")
    if npm is None or not (DASHBOARD / "node_modules").is_dir():
        return Stage(name, [], cannot_run="npm or the dashboard's modules are not available")
    return Stage(name, [*npm, *arguments], folder=DASHBOARD, report=report)


def missing_programs() -> list[str]:
    return [] if shutil.which("chromium") else ["chromium is not available: no browser tests"]


# --- running one


def run(stage: Stage) -> Stage:
    print(f"\n=== {stage.name}", flush=True)
    if stage.cannot_run:
        stage.result = "not run"
        print(stage.cannot_run)
        return stage
    if stage.report:
        stage.report.unlink(missing_ok=True)
    environment = {**dashboard_build.npm_environment(dashboard_build.npm() or []), "CI": "1"}
    if not sys.stdout.isatty():
        environment["NO_COLOR"] = "1"
    started = time.monotonic()
    finished = subprocess.run(stage.command, cwd=stage.folder, env=environment, stdin=subprocess.DEVNULL, check=False)
    stage.seconds = time.monotonic() - started
    succeeded = finished.returncode == 0 or (stage.may_find_nothing and finished.returncode == NO_TESTS_FOUND)
    stage.result = "ok" if succeeded else "FAILED"
    if stage.report:
        read_report(stage, stage.report)
        if not succeeded and not stage.counts["failed"]:
            stage.counts["failed"] += 1  # it broke before or after its tests
    return stage


def read_report(stage: Stage, report: Path) -> None:
    """Count a JUnit file's test cases; both pytest and vitest write one."""
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError):
        return
    for case in cases:
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            stage.counts["failed"] += 1
        elif skipped is not None:
            stage.counts["skipped"] += 1
            stage.skips[skipped.get("message") or f"no reason given: {case.get('name')}"] += 1
        else:
            stage.counts["passed"] += 1


# --- the summary


def sum_up(stages: list[Stage], not_had: list[str]) -> int:
    print(f"\n{'stage':<18} {'result':<8} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for stage in stages:
        figures = "{:>7} {:>7} {:>8}".format(*(count(stage, what) for what in ("passed", "failed", "skipped")))
        print(f"{stage.name:<18} {stage.result:<8} {figures} {stage.seconds:>8.1f}")

    tell("Skipped:", [f"{number} × {why}" for stage in stages for why, number in stage.skips.most_common()])
    not_run = [f"{stage.name}: {stage.cannot_run}" for stage in stages if stage.cannot_run]
    tell("Could not be run or used:", not_run + not_had)
    failed = [stage.name for stage in stages if stage.result == "FAILED"]
    tell("Failed stages:", failed)

    if any(stage.report for stage in stages):
        total = sum((stage.counts for stage in stages), Counter[str]())
        line = f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped"
        (REPORTS / "summary.txt").write_text(line + "\n")
        print(f"\n{line}", flush=True)
    return 1 if failed else 0


def count(stage: Stage, what: str) -> str:
    return str(stage.counts[what]) if stage.report else ""


def tell(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())

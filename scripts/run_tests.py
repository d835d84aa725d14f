"""Runs the stages of lint and tests, all of them whatever fails, and sums them up: `run_tests.py lint|test|long`.

The summary names every stage, every reason for a skipped test and all that could not be run; its last line reads
`N passed, N failed, N skipped`. Where few tests of Python failed, they are run once more, alone: those that pass then
are named as unsteady. What failed, and why, is told at the end and kept in build/test-results. Runs inside .venv after
set_up.py, standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import dashboard_build
import junit
from dashboard_build import DASHBOARD, ROOT
from junit import Failure
from set_up import PROGRAMS_PATH

BIN = ROOT / ".venv/bin"
REPORTS = ROOT / "build/test-results"
SUMMARY, FAILURES, UNSTEADY = "summary.txt", "failures.txt", "unsteady.txt"
TESTS_FAILED = 1  # pytest's exit code
MOST_AGAIN = 5  # so many failed tests are run again; more have a common cause
MOST_EXPLAINED = 5
THOROUGH = ("--hypothesis-profile=thorough",)
# What must hold, too, where meter values are acknowledged before they are stored.
RECEIVED, BARGAINED = ("env", "WATTDECK_METER_ACK=received"), ("tests/conversations", "tests/metering")
JUNIT = ["-o", "junit_family=xunit2", "-o", "junit_logging=all", "-o", "junit_log_passing_tests=false"]


@dataclass
class Stage:
    name: str
    command: list[str]
    folder: Path = ROOT
    report: Path | None = None  # the JUnit file a test stage writes
    again: list[str] = field(default_factory=list)  # runs those of its tests that failed, and writes `report_again`
    report_again: Path | None = None
    cannot_run: str = ""  # why, when it cannot
    result: str = ""
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    skips: Counter[str] = field(default_factory=Counter)  # reason: how many
    failures: list[Failure] = field(default_factory=list)
    unsteady: list[Failure] = field(default_factory=list)  # how they failed first


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
        pytest_stage("python tests", "not long", "pytest", *shared_out()),
        npm_stage("dashboard tests", ["test", "--", *write_report], report),
    ]


def long_stages() -> list[Stage]:
    examples = pytest_stage("more examples", "hypothesis and not long", "pytest-examples", *shared_out(), *THOROUGH)
    examples.again = []  # others are drawn each time: one that failed is never luck
    received = pytest_stage("other bargain", "not long", "pytest-received", *shared_out(), *BARGAINED)
    received.command, received.again = [*RECEIVED, *received.command], [*RECEIVED, *received.again]
    return [pytest_stage("long tests", "long", "pytest-long"), examples, received]


def shared_out() -> tuple[str, ...]:
    """One process more than there are processors, for most of the time tests wait; not more than four: each has servers
    and connections of its own.
    """
    return "-p", "tests.workers", "-n", str(min(4, 1 + (os.cpu_count() or 1)))


def pytest_stage(name: str, marks: str, file: str, *options: str) -> Stage:
    """Tests with these marks; `options` are for the first run of them, `file` is the name of the report."""
    report, cache = REPORTS / f"{file}.xml", ROOT / f"build/cache/{file}"
    report_again = cache.with_suffix(".xml")  # not beside the first: nobody shall count both
    shutil.rmtree(cache, ignore_errors=True)  # it holds which tests failed
    common = [f"{BIN}/python", "-m", "pytest", "-m", marks, "-o", f"cache_dir={cache}", *JUNIT]
    again = [*common, "--last-failed", "--last-failed-no-failures=none", f"--junitxml={report_again}"]
    return Stage(
        name, [*common, *options, f"--junitxml={report}"], report=report, again=again, report_again=report_again
    )


def npm_stage(name: str, arguments: list[str], report: Path | None = None) -> Stage:
    npm = dashboard_build.npm()
    if not dashboard_build.exists():
        return Stage(name, [], cannot_run="there is no dashboard/package.json")
    if npm is None or not (DASHBOARD / "node_modules").is_dir():
        return Stage(name, [], cannot_run="npm or the dashboard's modules are not available")
    return Stage(name, [*npm, *arguments], folder=DASHBOARD, report=report)


def missing_programs() -> list[str]:
    browser = [] if shutil.which("chromium") else ["chromium is not available: no browser tests"]
    broker = shutil.which("mosquitto", path=PROGRAMS_PATH) or os.environ.get("WATTDECK_TEST_MQTT_URL")
    return browser if broker else [*browser, "no MQTT broker: alerts are not sent to one"]


# --- running one


def run(stage: Stage) -> Stage:
    print(f"\n=== {stage.name}", flush=True)
    if stage.cannot_run:
        stage.result = "not run"
        print(stage.cannot_run)
        return stage
    for report in filter(None, (stage.report, stage.report_again)):
        report.unlink(missing_ok=True)
    started = time.monotonic()
    code = call(stage.command, stage.folder)
    if stage.report:
        read_report(stage, stage.report)
    if code == TESTS_FAILED and stage.again and len({one.name for one in stage.failures}) <= MOST_AGAIN:
        code = run_again(stage, code)
    stage.seconds = time.monotonic() - started
    stage.result = "FAILED" if code else "ok"
    if stage.report and code and not stage.counts["failed"]:
        stage.counts["failed"] += 1  # it broke before or after its tests
    return stage


def call(command: list[str], folder: Path) -> int:
    environment = {**dashboard_build.npm_environment(dashboard_build.npm() or []), "CI": "1"}
    # Some machines forbid Python to keep what it compiled: each server that a test starts would compile us anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not sys.stdout.isatty():
        environment["NO_COLOR"] = "1"
    return subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def read_report(stage: Stage, path: Path) -> None:
    report = junit.read(path)
    stage.failures, stage.skips = report.failures, report.skips
    stage.counts = Counter(passed=len(report.passed), failed=len(report.failed), skipped=report.skips.total())


def run_again(stage: Stage, code: int) -> int:
    """Run the tests that failed once more, by themselves; the exit code of the stage now.

    A test that fails twice has failed. One that passes now has passed, and is told of: it is a bug of its own.
    """
    failed = {failure.name for failure in stage.failures}
    if stage.report is None or stage.report_again is None or not failed:
        return code
    print(f"\n=== {stage.name}: {len(failed)} failed, once more and alone", flush=True)
    code_again = call(stage.again, stage.folder)
    recovered = failed.intersection(junit.read(stage.report_again).passed)
    stage.unsteady = [failure for failure in stage.failures if failure.name in recovered]
    stage.failures = [failure for failure in stage.failures if failure.name not in recovered]
    stage.counts["passed"] += len(recovered)
    stage.counts["failed"] -= len(recovered)
    junit.mend(stage.report, recovered)
    return code_again if recovered == failed else code


# --- the summary


def sum_up(stages: list[Stage], not_had: list[str]) -> int:
    print(f"\n{'stage':<18} {'result':<8} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for stage in stages:
        figures = "{:>7} {:>7} {:>8}".format(*(count(stage, what) for what in ("passed", "failed", "skipped")))
        print(f"{stage.name:<18} {stage.result:<8} {figures} {stage.seconds:>8.1f}")

    tell("Skipped:", [f"{number} × {why}" for stage in stages for why, number in stage.skips.most_common()])
    not_run = [f"{stage.name}: {stage.cannot_run}" for stage in stages if stage.cannot_run]
    tell("Could not be run or used:", not_run + not_had)
    explain("Unsteady: passed only when run again", UNSTEADY, [one for stage in stages for one in stage.unsteady])
    explain("Failed tests:", FAILURES, [one for stage in stages for one in stage.failures])
    failed = [stage.name for stage in stages if stage.result == "FAILED"]
    tell("Failed stages:", failed)

    if any(stage.report for stage in stages):
        total = sum((stage.counts for stage in stages), Counter[str]())
        line = f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped"
        (REPORTS / SUMMARY).write_text(line + "\n")
        print(f"\n{line}", flush=True)
    return 1 if failed else 0


def explain(title: str, file: str, failures: list[Failure]) -> None:
    """Say why they failed, here and in a file, which is not there where none did."""
    (REPORTS / file).unlink(missing_ok=True)
    lines = [line for one in failures[:MOST_EXPLAINED] for line in one.essence()]
    lines += [one.name for one in failures[MOST_EXPLAINED:]]
    tell(title, lines)
    if lines:
        (REPORTS / file).write_text("\n".join((title, *lines)) + "\n")


def count(stage: Stage, what: str) -> str:
    return str(stage.counts[what]) if stage.report else ""


def tell(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())

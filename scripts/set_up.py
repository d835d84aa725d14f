"""Sets up .venv and the dashboard, doing only what is not done yet: `make` runs it before everything else.

Each step leaves a stamp in .venv/.stamps: the hash of what it was made from. A step whose stamp still matches is
passed over, so that a second start costs a few milliseconds. Progress goes to stderr, the commands' own output to
.venv/.stamps/log. Runs with any Python from 3.11 on, standard library only.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dashboard_build
from dashboard_build import ROOT, fingerprint

VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
STAMPS = VENV / ".stamps"
LOG = STAMPS / "log"
LOCKS = ROOT / "requirements"
TEST_CLIENTS = ROOT / "tests/clients"
TEST_PROGRAMS = {"chromium": "chromium", "mosquitto": "mosquitto"}  # program: Debian package
PROGRAMS_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"  # where Debian has daemons, whoever asks


@dataclass(frozen=True)
class Step:
    title: str
    is_done: Callable[[], bool]
    work: Callable[[], None]
    optional: bool = False  # lint and tests go on without it; what could not be run is named at their end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what lint and benchmarks need")
    parser.add_argument("--test", action="store_true", help="also what the tests need: browser, clients")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036  (whatever `python3` is may start this file)
        sys.exit(f"wattdeck needs Python 3.11 or newer, this is {sys.version.split()[0]}: make PYTHON=python3.11 …")
    steps = needed_steps(dev=options.dev or options.test, test=options.test)
    if all(step.is_done() for step in steps):
        return
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second `make` waits here and then finds the work done
        for number, step in enumerate(steps, 1):
            if not step.is_done():
                carry_out(step, f"{number}/{len(steps)} {step.title} …")


def needed_steps(dev: bool, test: bool) -> list[Step]:
    lock = LOCKS / ("dev.txt" if dev else "base.txt")
    steps = [
        Step("python environment", environment_is_made, make_environment),
        Step("python packages", lambda: packages_are_installed(lock), lambda: install_packages(lock)),
        Step("wattdeck", wattdeck_is_installed, install_wattdeck),
        Step("dashboard", lambda: not dashboard_build.is_stale(), build_dashboard, optional=dev),
    ]
    if test:
        steps += [
            Step("browser for tests", test_programs_are_there, install_test_programs, optional=True),
            Step("charge point clients for tests", test_clients_are_there, install_test_clients, optional=True),
        ]
    return steps


# --- the steps


def environment_key() -> str:
    return f"{ROOT} {fingerprint(LOCKS / 'build.txt')}"


def environment_is_made() -> bool:
    return PYTHON.exists() and (VENV / "bin/uv").exists() and stamp_matches("environment", environment_key())


def make_environment() -> None:
    if not venv_works():
        ensure_ensurepip()
        run(sys.executable, "-m", "venv", *(["--clear"] if was_moved() else []), VENV)
        STAMPS.mkdir(exist_ok=True)
    run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", LOCKS / "build.txt")
    stamp("environment", environment_key())


def venv_works() -> bool:
    return PYTHON.exists() and not was_moved() and succeeds(PYTHON, "-c", "import pip")


def was_moved() -> bool:
    """True when .venv was made in another folder: its programs would start that folder's Python."""
    activate = VENV / "bin/activate"
    return activate.is_file() and str(VENV) not in activate.read_text()


def ensure_ensurepip() -> None:
    """Debian keeps the module that puts pip into a new environment in a package of its own."""
    if not succeeds(sys.executable, "-m", "ensurepip", "--version"):
        package = f"python3.{sys.version_info.minor}-venv"
        if not can_apt():
            raise RuntimeError(f"this Python cannot make environments; run: sudo apt-get install {package}")
        apt_install(package)


def packages_are_installed(lock: Path) -> bool:
    return stamp_matches(lock.stem, fingerprint(lock))


def install_packages(lock: Path) -> None:
    arguments = ["--require-hashes", "-r", str(lock)]
    uv = (VENV / "bin/uv", "pip", "install", "--no-config", "--python", PYTHON)
    try:
        # compiled now, so that no start has to: some machines forbid Python to do so by itself
        run(*uv, "--compile-bytecode", *arguments)
    except (OSError, subprocess.CalledProcessError):  # slower, but honours what pip was configured with
        run(PYTHON, "-m", "pip", "install", *arguments)
    stamp(lock.stem, fingerprint(lock))
    if lock.stem == "dev":  # it holds all of base, in the same versions
        stamp("base", fingerprint(LOCKS / "base.txt"))


def wattdeck_key() -> str:
    return f"{ROOT} {fingerprint(ROOT / 'pyproject.toml')}"


def wattdeck_is_installed() -> bool:
    return (VENV / "bin/wattdeck").exists() and stamp_matches("wattdeck", wattdeck_key())


def install_wattdeck() -> None:
    run(PYTHON, "-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    stamp("wattdeck", wattdeck_key())


def build_dashboard() -> None:
    if dashboard_build.npm() is None:
        run(PYTHON, "-m", "pip", "install", "--require-hashes", "-r", LOCKS / "node.txt")
    with LOG.open("ab") as log:
        dashboard_build.build(log.fileno())


def missing_test_packages() -> list[str]:
    """Debian packages of what tests use and this machine lacks."""
    return [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program, path=PROGRAMS_PATH)]


def test_programs_are_there() -> bool:
    return not missing_test_packages()


def install_test_programs() -> None:
    packages = missing_test_packages()
    if not can_apt():
        raise RuntimeError(f"some tests will be skipped; run: sudo apt-get install {' '.join(packages)}")
    apt_install(*packages)


def test_clients_are_there() -> bool:
    if not (TEST_CLIENTS / "package.json").is_file():
        return True
    made_from = TEST_CLIENTS / "node_modules/.from-lock"
    return made_from.is_file() and made_from.read_text() == dashboard_build.modules_fingerprint(TEST_CLIENTS)


def install_test_clients() -> None:
    with LOG.open("ab") as log:
        dashboard_build.install_modules(TEST_CLIENTS, log.fileno())


# --- running things


def run(*command: str | Path) -> None:
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)


def succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def stamp(name: str, key: str) -> None:
    (STAMPS / name).write_text(key)


def stamp_matches(name: str, key: str) -> bool:
    file = STAMPS / name
    return file.is_file() and file.read_text() == key


# --- telling how it goes


def carry_out(step: Step, title: str) -> None:
    started = time.monotonic()
    LOG.write_bytes(b"")
    finished = threading.Event()
    show = threading.Thread(target=show_seconds, args=(title, started, finished))
    show.start()
    problem = ""
    try:
        step.work()
    except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
        problem = describe(error)
    finally:
        finished.set()
        show.join()
    if not problem:
        say(f" {time.monotonic() - started:.0f} s\n")
    elif step.optional:
        say(f" not done: {problem}\n")
    else:
        say(f" failed: {problem}\n{last_lines(LOG)}\n")
        sys.exit(1)


def describe(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return f"`{' '.join(map(str, error.cmd))}` ended with code {error.returncode}"
    return str(error)


def show_seconds(title: str, started: float, finished: threading.Event) -> None:
    """On a terminal the seconds count up; elsewhere the title is printed once."""
    say(title)
    if sys.stderr.isatty():
        while not finished.wait(1):
            say(f"\r{title} {time.monotonic() - started:.0f} s")
        say(f"\r{title}")


def say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def last_lines(log: Path, count: int = 40) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    return "\n".join(lines[-count:])


if __name__ == "__main__":
    main()

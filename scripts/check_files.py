"""Looks for what no file of the repository may contain: package registry hosts, paths of somebody's machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = {
    "a package registry's host": rb"registry\.(npmjs|yarnpkg|npmmirror)\.|\bpypi\.(org|python)|pythonhosted\.org",
    "the registry address of a locked package": rb'"resolved"\s*:\s*"http',
    "a path of one machine": rb"(?<![\w.~$}/-])/(root|work|Users|home/[a-z]\w*|opt/(pypi|wheels))[/\w]",
}


def main() -> int:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        print("not a git checkout: nothing to look through")
        return 0
    names = [name for name in listed.stdout.decode().split("\0") if name]
    complaints = [complaint for name in names for complaint in look_through(ROOT / name)]
    print("\n".join(complaints) or f"{len(names)} files, nothing forbidden in them")
    return 1 if complaints else 0


def look_through(file: Path) -> list[str]:
    if not file.is_file():
        return []
    return [
        f"{file.relative_to(ROOT)}:{number}: {what}: {found.group().decode(errors='replace')}"
        for number, line in enumerate(file.read_bytes().splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if (found := re.search(pattern, line))
    ]


if __name__ == "__main__":
    sys.exit(main())

"""docs/coverage.md says what the tests' marks say now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_coverage_page_is_what_the_marks_of_the_tests_say() -> None:
    command = [sys.executable, "scripts/coverage_page.py", "--check"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_nothing_is_without_a_test_or_a_reason() -> None:
    page = (ROOT / "docs/coverage.md").read_text("utf-8")
    assert "none yet" not in page
    assert "Neither taken nor sent" not in page

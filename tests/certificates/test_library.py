"""Without the extra `pki` everything else works, and what needs it says so."""

import subprocess
import sys

WITHOUT = """
import sys


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "cryptography":
            raise ImportError(name)


sys.meta_path.insert(0, Missing())
import wattdeck.central_system, wattdeck.simulator.fleet
from wattdeck.certificates import authority, names, requests
from wattdeck.domain.clock import now
from wattdeck.domain.errors import Unprocessable
from pathlib import Path

for ask in (
    lambda: requests.examine("x", "CP-1", None),
    lambda: names.read("x"),
    lambda: authority.Authority(Path("nowhere")).root_pem(now()),
):
    try:
        ask()
    except Unprocessable as error:
        print(error)
"""


def test_without_the_library_everything_starts_and_certificates_are_refused_in_words():
    said = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["certificates need the extra pki: pip install 'wattdeck[pki]'"] * 3

"""What only the extra `notify` brings, loaded when it is needed first."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def missing(*packages: str) -> str | None:
    """What to do where one of these is not there."""
    if all(find_spec(name) is not None for name in packages):
        return None
    return "kind: this needs the extra notify: pip install 'wattdeck[notify]'"


@cache
def load(name: str) -> Any:
    return import_module(name)

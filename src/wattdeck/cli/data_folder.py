"""What the verbs share that work on a data folder: the settings, and the folder held for oneself alone."""

import contextlib
import fcntl
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from wattdeck.cli.server import fail
from wattdeck.settings import Settings, load


def settings_of(config: Path | None, given: dict[str, Any]) -> Settings:
    try:
        return load(config, given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(step) for step in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        # several settings that do not go together have no name; pydantic says of what kind the complaint is
        where = f"setting {name}: " if name else ""
        fail(f"there is no setting {name}" if unknown else f"{where}{first['msg'] if name else first['ctx']['error']}")
    except SettingsError as error:
        fail(str(error))
    except tomllib.TOMLDecodeError as error:
        fail(f"{config}: not TOML: {error}")
    except OSError as error:
        fail(f"{config}: {error.strerror}")


@contextlib.contextmanager
def only_user_of(folder: Path) -> Iterator[None]:
    """Hold the data folder: two servers on one database would take each other's charge points for their own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "wattdeck.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        fail(f"cannot write to {folder}: {error.strerror}")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        fail(f"{folder} is in use by another wattdeck")
    finally:
        os.close(lock)

"""A process that ends with the one that started it, however that came to its end."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

WITH_PARENT = "--with-parent"
WithParent = Annotated[bool, typer.Option(WITH_PARENT, help="End once standard input is at its end.")]


def end_with_parent() -> None:
    """SIGTERM to this process once its standard input is at its end."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="wattdeck-parent", daemon=True).start()


@contextmanager
def lifeline() -> Iterator[int]:
    """The standard input of processes that shall end with this one: it is at its end when nobody has the other end."""
    theirs, ours = os.pipe()
    try:
        yield theirs
    finally:
        os.close(theirs)
        os.close(ours)

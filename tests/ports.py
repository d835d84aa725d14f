"""TCP ports that are kept: nobody else is given them, by asking for port 0 or for the near end of a connection."""

import socket

_held: list[socket.socket] = []


def reserve() -> int:
    """A port where nothing listens, ours until the tests are over; who binds it with SO_REUSEADDR may listen there."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    _held.append(holder)
    return holder.getsockname()[1]

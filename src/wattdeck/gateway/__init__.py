"""Charge point sockets: two doors (an ASGI application, a listener of its own) over one connection."""

"""A signed POST of JSON to an address; where that is not out in the Internet, only if the channel allows it."""

import asyncio
import hashlib
import hmac
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2

from wattdeck.alerts.notify.messages import Message
from wattdeck.alerts.notify.sending import Undelivered
from wattdeck.domain.addresses import is_public
from wattdeck.domain.channel_kinds import WebhookSettings
from wattdeck.domain.records import to_json

SIGNATURE = "Wattdeck-Signature"
_GONE = 410
_LOOKUPS = 4


class Webhooks:
    """Keeps what is dear to make: the certificates that are trusted.

    A transport and no client of httpx2, which writes each address into the log: many carry their secret in it. It
    follows no redirects, either: they could lead inside.
    """

    def __init__(self) -> None:
        self._transport: httpx2.AsyncHTTPTransport | None = None
        # a name server that does not answer holds up threads: not those that others need
        self._lookups = ThreadPoolExecutor(_LOOKUPS, "wattdeck-lookup")

    async def close(self) -> None:
        self._lookups.shutdown(wait=False, cancel_futures=True)
        if self._transport is not None:
            await self._transport.aclose()

    async def send(self, settings: WebhookSettings, message: Message, attempt: int) -> None:
        """Arrived is what is answered with 2xx."""
        if self._transport is None:
            # each message has a connection of its own: one to an address says nothing of another name there
            limits = httpx2.Limits(max_keepalive_connections=0)
            trusted = await asyncio.to_thread(ssl.create_default_context)  # what this machine trusts
            made = httpx2.AsyncHTTPTransport(verify=trusted, trust_env=False, limits=limits)
            self._transport = self._transport or made
        body = to_json(message.values) if message.raw is None else message.raw.encode()
        headers = {
            **settings.headers,
            "Content-Type": "application/json",
            "User-Agent": "wattdeck",
            "Wattdeck-Delivery": str(message.delivery_id),
            "Wattdeck-Attempt": str(attempt),
        }
        if settings.secret:
            headers[SIGNATURE] = sign(settings.secret, round(time.time()), body)
        url = httpx2.URL(settings.url)
        address = await self._resolve(
            url.host, url.port or (443 if url.scheme == "https" else 80), settings.allow_private
        )
        # asked is the address that was looked at, not the name again: it could be another by then
        request = httpx2.Request("POST", url.copy_with(host=address), content=body, headers=headers)
        request.headers["Host"] = urlsplit(settings.url).netloc
        request.extensions["sni_hostname"] = url.host
        try:
            answer = await self._transport.handle_async_request(request)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise Undelivered(f"{type(error).__name__}: {error}"[:300]) from None
        await answer.aclose()
        if not 200 <= answer.status_code < 300:
            raise Undelivered(f"answered with {answer.status_code}", answer.status_code == _GONE)

    async def _resolve(self, host: str, port: int, allow_private: bool) -> str:
        """An address of the host. Raises Undelivered where it has none, or a private one that must not be asked."""
        try:
            look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
            found = await asyncio.get_running_loop().run_in_executor(self._lookups, look_up)
        except (OSError, UnicodeError) as error:
            raise Undelivered(f"{host}: {error}"[:300]) from None
        addresses = [str(one[4][0]).partition("%")[0] for one in found]
        if not addresses:
            raise Undelivered(f"{host} has no address")
        if not allow_private and not all(is_public(ip_address(one)) for one in addresses):
            raise Undelivered(f"{host} is in a private network; allow_private permits that", is_final=True)
        return next((one for one in addresses if ":" not in one), addresses[0])


def sign(secret: str, at_s: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`, so that a message cannot be sent again later."""
    signed = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={signed}"

"""What the API answers comes compressed to who takes that, and is the same."""

import asyncio
import gzip
from typing import Any

import httpx2
import pytest

from wattdeck.api.compression import Compressed

pytestmark = pytest.mark.asyncio(loop_scope="module")

VALUES = "charge-points/CP-1/meter-values?from={}&to={}"


async def raw(http: httpx2.AsyncClient, path: str, accepted: str) -> tuple[httpx2.Headers, bytes]:
    """An answer as it came over the wire."""
    async with http.stream("GET", path, headers={"Accept-Encoding": accepted}) as answer:
        return answer.headers, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_a_long_list_comes_compressed_to_who_takes_that(story, form):
    path = f"{VALUES.format(story.ago(180), story.ago(1))}&format={form}"
    _, plain = await raw(story.house.http, path, "identity")
    for accepted in ("gzip, deflate, br", "br;q=1.0, gzip;q=0.5"):
        headers, body = await raw(story.house.http, path, accepted)
        assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", plain)
        assert "Accept-Encoding" in headers["vary"]
        assert len(body) < len(plain) / 5
    headers, body = await raw(story.house.http, path, "gzip;q=0, br")
    assert ("content-encoding" in headers, body) == (False, plain)


@pytest.mark.parametrize("path", ["stats", "charge-points/CP-1/meter-values?format=parquet", "nothing"])
async def test_what_is_short_or_compressed_already_comes_as_it_is(story, path):
    headers, _ = await raw(story.house.http, path, "gzip")
    assert "content-encoding" not in headers


async def test_news_are_not_held_back_to_be_compressed(story):
    async with story.house.http.stream(
        "GET",
        f"{story.house.http_url}/live/events?topic=charge_points_meter_values",
        headers={"Accept-Encoding": "gzip"},
    ) as stream:
        assert "content-encoding" not in stream.headers


async def test_what_a_secret_is_told_in_comes_as_it_is(story):
    """Its length beside words of the request's own tells nothing of it."""
    body = {"name": "somebody", "scope": {"charge_points": [f"DEPOT-{number:03}-*" for number in range(100)]}}
    key = await story.house.http.post("api-keys", json=body, headers={"Accept-Encoding": "gzip"})
    assert (key.status_code, len(key.content) > 1_024) == (201, True)
    assert "content-encoding" not in key.headers


async def test_others_are_answered_while_much_is_compressed():
    body, parts, turns = b"0123456789" * 100_000, [], 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    scope = {"type": "http", "method": "GET", "path": "/api/v1/load", "headers": [(b"accept-encoding", b"gzip")]}
    await Compressed(app)(scope, None, send)
    beside.cancel()
    assert (gzip.decompress(b"".join(parts)), turns > 5) == (body, True)

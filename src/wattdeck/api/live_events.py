"""The live stream as Server-Sent Events, for whoever speaks plain HTTP: `curl -N`, EventSource (contract §2)."""

import asyncio
import random
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Query, Request, Response
from pydantic import Field
from starlette.types import Receive, Scope, Send

from wattdeck.api.auth import Viewer, same_origin
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.in_scope import in_scope
from wattdeck.api.live import LONGEST_THROTTLE_S, forbidden_to, until_unwelcome
from wattdeck.domain.people import Person
from wattdeck.domain.records import to_json
from wattdeck.live.hub import FORBIDDEN, MOST_TOPICS_PER_CLIENT, NO_CHARGE_POINT
from wattdeck.live.outbox import Outbox

BEAT_S = 10.0  # a stream is never silent for longer
RETRY_MS = 1_000, 3_000  # when a browser comes again; not all of them at once
_STATUS = {NO_CHARGE_POINT: 404, FORBIDDEN: 403}
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the second: nginx holds nothing back

router = APIRouter(include_in_schema=False)  # it never ends: nothing to try out in the API's documentation
Topics = Annotated[list[str], Query(min_length=1, max_length=MOST_TOPICS_PER_CLIENT)]
Throttles = Annotated[
    list[Annotated[float, Field(ge=0, le=LONGEST_THROTTLE_S)]] | None, Query(max_length=MOST_TOPICS_PER_CLIENT)
]
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", pattern="^[0-9]{0,18}$")]


@router.get("/live/events")
@in_scope
async def live_events(
    request: Request,
    person: Viewer,
    house: House,
    topic: Topics,
    since: Annotated[int | None, Query(ge=0, lt=10**18)] = None,
    throttle_s: Throttles = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Snapshots and deltas of these topics, until one side ends it. `throttle_s`: one for all topics, or one for each.
    `Last-Event-ID` counts before `since`: a browser that comes back sends it beside the query it began with.
    """
    has_key = request.headers.get("authorization", "").lower().startswith("bearer ")
    if not has_key and not same_origin(request, house):
        raise HTTPException(403, "from another site")
    throttles: list[float | None] = [*throttle_s] if throttle_s else [None]
    if len(throttles) == 1:
        throttles *= len(topic)
    if len(throttles) != len(topic):
        raise HTTPException(422, "query.throttle_s: one, or as many as there are topics")
    seen = int(last_event_id) if last_event_id else since
    return EventStream(request, house, person, list(zip(topic, throttles, strict=True)), seen)


class EventStream(Response):
    """The response that goes on. Each event is a frame of the live socket; its id is the number to resume from."""

    def __init__(
        self,
        request: Request,
        house: ApiHouse,
        person: Person,
        wanted: list[tuple[str, float | None]],
        since: int | None,
    ) -> None:
        super().__init__(headers=_HEADERS, media_type="text/event-stream")
        del self.headers["content-length"]
        self._request, self._house, self._person = request, house, person
        self._wanted, self._since = wanted, since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outbox = self._house.hub.attach(forbidden_to(self._person), wants_beats=False, scope=self._person.scope)
        try:
            await self._subscribe(outbox)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._serve(outbox, receive, send)
        finally:
            self._house.hub.detach(outbox)

    async def _subscribe(self, outbox: Outbox) -> None:
        """Before anything is sent, so that what is wrong can still be said as a problem."""
        for name, throttle_s in self._wanted:
            refused = await self._house.hub.subscribe(outbox, [name], self._since, throttle_s)
            for reason in refused.values():
                raise HTTPException(_STATUS.get(reason, 422), f"{reason}: {name[:200]!r}")

    async def _serve(self, outbox: Outbox, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_gone(receive))
        writing = asyncio.create_task(self._write(outbox, send))
        checking = asyncio.create_task(until_unwelcome(self._request, self._house, self._person))
        tasks: list[asyncio.Task[Any]] = [gone, writing, checking]
        try:
            await _first_of(gone, writing, checking)
            # first the news ends: a client that does not read can hold up the farewell
            self._house.hub.detach(outbox)
            writing.cancel()
            tasks.append(farewell := asyncio.create_task(self._farewell(send, writing, checking)))
            await _first_of(gone, farewell)
            if farewell.done():
                farewell.result()  # what failed is not hidden
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, outbox: Outbox, send: Send) -> None:
        await _say(send, b"retry: %d\n\n" % random.randint(*RETRY_MS))
        while True:
            try:
                async with asyncio.timeout(BEAT_S):
                    frame = await outbox.take()
            except TimeoutError:
                await _say(send, b": the server lives\n\n")
                continue
            if not frame:
                return
            # all that has a number up to this one has been taken, but for what a throttle holds back: it is handed out
            # again to whoever resumes
            await _say(send, b"id: %d\ndata: %b\n\n" % (self._house.hub.seq, frame))

    async def _farewell(self, send: Send, writing: asyncio.Task[None], checking: asyncio.Task[tuple[int, str]]) -> None:
        await asyncio.wait([writing])
        if not writing.cancelled():
            writing.result()
        if checking.done():
            notice = {"topic": "server", "kind": "error", "seq": 0, "data": {"detail": checking.result()[1]}}
            await _say(send, b"data: [%b]\n\n" % to_json(notice))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _first_of(*tasks: asyncio.Task[Any]) -> Awaitable[Any]:
    return asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

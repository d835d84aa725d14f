"""Channels: the ways by which people are told of alerts. Secrets go in and never come out."""

from typing import Annotated

from fastapi import Body, Path, Response
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from wattdeck.api.auth import Admin
from wattdeck.api.house import House, json_response
from wattdeck.api.parameters import Listed, listed
from wattdeck.api.sending import Payload
from wattdeck.api.v1 import v1_router
from wattdeck.domain.errors import Unprocessable
from wattdeck.live import channel_shapes as shapes
from wattdeck.live.channel_shapes import ChannelShape, DeliveryShape

router = v1_router(prefix="/alert-channels", tags=["alerts"])
Name = Annotated[str, Path(max_length=64)]


class Preview(BaseModel):
    """A channel, and whether its example is about one alert or about many."""

    model_config = ConfigDict(extra="forbid")
    channel: Payload
    many: bool = False


class PreviewShape(TypedDict):
    """`raw`: what a webhook with a `body` of its own is sent in place of our JSON."""

    subject: str
    text: str
    raw: str | None


Written = Annotated[Payload, Body(description="a channel, see docs/reference/alert-channels.md")]


@router.get("", response_model=Listed[ChannelShape])
async def of_all(person: Admin, house: House) -> Response:
    """All channels by name."""
    return listed([shapes.channel(one) for _, one in sorted(house.notices.channels.items())], None)


@router.post("/preview", response_model=PreviewShape)
async def preview(asked: Preview, person: Admin, house: House) -> Response:
    """What a channel, written or not, says of an example: its templates in use. 422 with what is wrong with it."""
    message = house.notices.book.preview(asked.channel, asked.many)
    raw = {} if message.raw is None else {"raw": message.raw}
    return json_response({"subject": message.subject, "text": message.text, "raw": None, **raw})


@router.get("/{name}", response_model=ChannelShape)
async def read(name: Name, person: Admin, house: House) -> Response:
    """One channel; its secrets are shown as `***`."""
    return json_response(shapes.channel(house.notices.book.find(name)))


@router.put("/{name}", response_model=ChannelShape)
async def put(name: Name, channel: Written, person: Admin, house: House) -> Response:
    """Write a channel, or change one; secrets sent back as they are shown stay. 422 with what is wrong with it."""
    if channel.setdefault("name", name) != name:
        raise Unprocessable(f"the channel is called {name} in the address and {channel['name']} in the body")
    return json_response(shapes.channel(await house.notices.book.put(channel, person.name)))


@router.delete("/{name}", status_code=204)
async def remove(name: Name, person: Admin, house: House) -> Response:
    """Take a channel away; what waits for it is dropped. 409 where a rule names it."""
    await house.notices.book.remove(name, house.watch.rules.values())
    return Response(status_code=204)


@router.post("/{name}/test", response_model=DeliveryShape)
async def test(name: Name, person: Admin, house: House) -> Response:
    """Send a test at once, once: `sent`, or `dead` with the `error`."""
    return json_response(shapes.delivery(await house.notices.book.test(name)))

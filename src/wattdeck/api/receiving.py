"""A file in the body of a request, as it is or as a form: read piece by piece, never held whole."""

import asyncio
from collections.abc import AsyncIterator
from email.message import Message
from email.parser import Parser

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from wattdeck.domain.file_jobs import plain_name

_SILENCE_S = 60.0  # a sender that says nothing for so long has gone
_LONGEST_HEAD = 16_384
_MALFORMED = "the form is malformed or has no file in it"


class BrokenOff(Exception):
    """The sender went, or fell silent, before the end."""


class ReceivedFile:
    """The file in a request. `name` is what the sender calls it, known by the time all chunks are read."""

    def __init__(self, request: Request, name: str | None) -> None:
        self._request = request
        self.name = plain_name(name) or plain_name(_parameters(request.headers.get("content-disposition", "")))
        self.size = 0

    async def chunks(self) -> AsyncIterator[bytes]:
        """Raises BrokenOff, or HTTPException 400 where there is no file."""
        content_type = self._request.headers.get("content-type", "")
        if not content_type.lower().startswith("multipart/"):
            async for chunk in self._pieces():
                self.size += len(chunk)
                yield chunk
        else:
            form = FirstFile(_boundary(content_type))
            async for piece in self._pieces():
                chunk = form.feed(piece)
                self.size += len(chunk)
                yield chunk
            if not form.is_whole:
                raise HTTPException(400, _MALFORMED)
            self.name = self.name or plain_name(form.name)
        if not self.size:
            raise HTTPException(400, "an empty file")

    async def _pieces(self) -> AsyncIterator[bytes]:
        stream = self._request.stream()
        while True:
            try:
                async with asyncio.timeout(_SILENCE_S):
                    piece = await anext(stream, None)
            except (ClientDisconnect, TimeoutError) as error:
                raise BrokenOff from error
            if piece is None:
                return
            yield piece


class FirstFile:
    """The first part of a multipart form that has a file name (RFC 7578); other parts are passed over."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._waiting = b"\r\n"  # so that the first delimiter looks like the others
        self._in_head = self._in_file = self._over = False
        self.name: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a file was found and its end was seen."""
        return self.name is not None and not self._in_file

    def feed(self, data: bytes) -> bytes:
        """What of the file is in `data`. Raises HTTPException 400 for what is no form."""
        self._waiting += data
        found = b""
        while not self._over:
            if self._in_head and not self._read_head():
                return found
            before, delimiter, rest = self._waiting.partition(self._delimiter)
            if not delimiter:
                # the delimiter may begin at the end of what is here
                cut = max(0, len(self._waiting) - len(self._delimiter) + 1)
                before, self._waiting = self._waiting[:cut], self._waiting[cut:]
                return found + before if self._in_file else found
            if self._in_file:
                found += before
                self._in_file, self._over = False, True
            else:
                self._waiting, self._in_head = rest, True
        self._waiting = b""  # what comes after the file is of no interest
        return found

    def _read_head(self) -> bool:
        """Read a part's headers; False where they are not all here yet."""
        if self._waiting.startswith(b"--"):
            raise HTTPException(400, _MALFORMED)  # the last delimiter
        head, blank, rest = self._waiting.partition(b"\r\n\r\n")
        if not blank:
            if len(self._waiting) > _LONGEST_HEAD:
                raise HTTPException(400, _MALFORMED)
            return False
        self._waiting, self._in_head = rest, False
        # names come as they are typed, in UTF-8 (RFC 7578 §5.1)
        text = head.lstrip(b"\r\n").decode("utf-8", "replace")
        name = _file_name(Parser().parsestr(text, headersonly=True))
        if name is not None:
            self.name, self._in_file = name, True
        return True


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["content-type"] = content_type
    try:
        boundary = message.get_boundary()
    except ValueError:  # as in _file_name
        boundary = None
    if not boundary:
        raise HTTPException(400, _MALFORMED)
    return boundary.encode("latin-1", "replace")


def _parameters(content_disposition: str) -> str | None:
    message = Message()
    message["content-disposition"] = content_disposition
    return _file_name(message)


def _file_name(message: Message) -> str | None:
    """None where there is none; empty where it says to be in a character set that Python cannot read it in."""
    try:
        return message.get_filename()
    except ValueError:
        return ""

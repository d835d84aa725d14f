"""Signed meter values of a session, byte for byte: as JSON, one by one as they came, as a file for the transparency
software.
"""

from fastapi import Response
from typing_extensions import TypedDict

from wattdeck.api.auth import Viewer
from wattdeck.api.house import ApiHouse, House
from wattdeck.api.parameters import Listed, can_be_row, listed
from wattdeck.api.v1 import v1_router
from wattdeck.domain.clock import iso
from wattdeck.domain.errors import NotFound
from wattdeck.domain.sessions import Session
from wattdeck.domain.signed_values import OCMF, Signed, format_of, transparency_xml
from wattdeck.store import samples, sessions
from wattdeck.store.samples import Text

router = v1_router(prefix="/sessions/{session_id}", tags=["sessions"])
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}
_XML = {"content": {"application/xml": {"schema": {"type": "string"}}}}


class SignedValueShape(TypedDict):
    id: int
    session_id: int
    transaction_id: str
    connector_id: int
    measurand: str
    phase: str | None
    location: str
    context: str
    taken_at: str
    received_at: str
    format: str
    value: str


@router.get("/signed-values", response_model=Listed[SignedValueShape])
async def read(session_id: int, person: Viewer, house: House) -> Response:
    """In order of time. `format`: what its first characters say: `OCMF`, `ALFEN`, `EDL`, else `unknown`."""
    session, found = await _find(house, session_id)
    return listed([_shape(one, session) for one in found])


@router.get("/signed-values.xml", response_class=Response, responses={200: _XML})
async def xml(session_id: int, person: Viewer, house: House) -> Response:
    """Those that are OCMF in the container that the transparency software of S.A.F.E. reads; without public keys, for
    these are not known here. 404 where there are none.
    """
    session, found = await _find(house, session_id)
    values = [Signed(one.context, one.text) for one in found if format_of(one.text) == OCMF]
    if not values:
        raise NotFound(f"session {session_id} has no OCMF values")
    name = f'attachment; filename="session-{session.id}-signed-values.xml"'
    body = transparency_xml(session.transaction_id, values).encode()
    return Response(body, media_type="application/xml", headers={"Content-Disposition": name})


@router.get("/signed-values/{value_id}", response_class=Response, responses={200: _TEXT})
async def raw(session_id: int, value_id: int, person: Viewer, house: House) -> Response:
    """One of them as it came, byte for byte (UTF-8)."""
    session, found = await _find(house, session_id)
    one = next((each for each in found if each.id == value_id), None)
    if one is None:
        raise NotFound(f"no signed value {value_id} of session {session_id}")
    name = f'attachment; filename="session-{session.id}-signed-value-{one.id}.txt"'
    # text/plain may be shown, never run
    return Response(one.text.encode(), media_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


async def _find(house: ApiHouse, session_id: int) -> tuple[Session, list[Text]]:
    session = None
    if can_be_row(session_id):
        session = await house.store.read(lambda connection: sessions.get(connection, session_id))
    if session is None:
        raise NotFound(f"no session {session_id}")
    one = session
    return one, await house.store.read(lambda connection: samples.texts_of(connection, one))


def _shape(one: Text, session: Session) -> SignedValueShape:
    series = one.series
    return {
        "id": one.id,
        "session_id": session.id,
        "transaction_id": session.transaction_id,
        "connector_id": series.connector_id,
        "measurand": series.measurand,
        "phase": series.phase,
        "location": series.location,
        "context": one.context,
        "taken_at": iso(one.taken_at),
        "received_at": iso(one.received_at),
        "format": format_of(one.text),
        "value": one.text,
    }

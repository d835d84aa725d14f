"""Certificates: what charge points ask to have signed, what is installed on them, and the root of our own."""

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from wattdeck.api.auth import Operator, Viewer
from wattdeck.api.house import House, json_response
from wattdeck.api.in_scope import in_scope
from wattdeck.api.parameters import Cursor, Limit, Listed, Moment, can_be_row, find_charge_point, listed, number
from wattdeck.api.sending import AskedOnce, DeliveryBody, Wait, command_response
from wattdeck.api.v1 import v1_router
from wattdeck.certificates import names
from wattdeck.domain.errors import NotFound
from wattdeck.live import security_shapes as shapes
from wattdeck.live.security_shapes import CertificateRequestShape, InstalledCertificateShape
from wattdeck.live.shapes import CommandShape
from wattdeck.store import certificates

router = v1_router(tags=["certificates"])
State = Literal["pending", "sent", "installed", "rejected", "failed", "superseded"]


class Approval(BaseModel):
    """`name_is_right`: the request's common name is not the charge point's identifier, and that is as it should be."""

    model_config = ConfigDict(extra="forbid")
    name_is_right: bool = False


class Rejection(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str | None = Field(None, max_length=1000)


class NewCertificate(DeliveryBody):
    """Without `certificate` (PEM) it is the root of our own."""

    certificate_type: Literal["CentralSystemRootCertificate", "ManufacturerRootCertificate"] = (
        "CentralSystemRootCertificate"
    )
    certificate: str | None = Field(None, max_length=5500)


@router.get("/certificate-requests", response_model=Listed[CertificateRequestShape])
@in_scope
async def list_requests(
    person: Viewer,
    house: House,
    limit: Limit = 100,
    cursor: Cursor = None,
    charge_point: Annotated[str | None, Query(max_length=128)] = None,
    state: State | None = None,
    expires_before: Annotated[Moment | None, Query(description="of the certificate that was signed")] = None,
) -> Response:
    """What charge points asked to have signed, newest first, with what was signed and until when it is valid."""
    one = None if charge_point is None else await find_charge_point(house, charge_point, scope=person.scope)
    after = number(cursor)
    page = await house.store.read(
        lambda connection: certificates.search_requests(
            connection,
            limit=limit,
            after=after,
            charge_point_id=None if one is None else one.id,
            scope=person.scope,
            state=state,
            expires_before=expires_before,
        )
    )
    return listed([shapes.certificate_request(each) for each in page.items], page.next)


@router.get("/certificate-requests/{request_id}", response_model=CertificateRequestShape)
async def read_request(request_id: int, person: Viewer, house: House) -> Response:
    found = None
    if can_be_row(request_id):
        found = await house.store.read(lambda connection: certificates.request(connection, request_id))
    if found is None:
        raise NotFound(f"no certificate request {request_id}")
    return json_response(shapes.certificate_request(found))


@router.post("/certificate-requests/{request_id}/approve", response_model=CertificateRequestShape)
async def approve(request_id: int, person: Operator, house: House, body: Approval | None = None) -> Response:
    """Sign it and send the certificate. 409 where it is decided already or the charge point is away, 422 where it
    must not be signed.
    """
    _check(request_id)
    body = body or Approval()
    request = await house.signing.approve(request_id, person.name, body.name_is_right)
    return json_response(shapes.certificate_request(request))


@router.post("/certificate-requests/{request_id}/reject", response_model=CertificateRequestShape)
async def reject(request_id: int, person: Operator, house: House, body: Rejection | None = None) -> Response:
    """Do not sign it. The charge point is not told: OCPP has no word for it."""
    _check(request_id)
    request = await house.signing.reject(request_id, person.name, None if body is None else body.reason)
    return json_response(shapes.certificate_request(request))


@router.get("/charge-points/{identifier}/certificates", response_model=Listed[InstalledCertificateShape])
async def installed(identifier: str, person: Viewer, house: House) -> Response:
    """The root certificates it is believed to have: what it accepted, or listed itself."""
    one = await find_charge_point(house, identifier)
    found = await house.store.read(lambda connection: certificates.installed_on(connection, one.id))
    return listed([shapes.installed_certificate(each) for each in found])


@router.post("/charge-points/{identifier}/certificates", status_code=202, response_model=CommandShape)
async def install(
    identifier: str,
    person: Operator,
    house: House,
    once: AskedOnce,
    body: NewCertificate | None = None,
    wait: Wait = 0,
) -> Response:
    """Ask it to install a root certificate (InstallCertificate)."""
    body = body or NewCertificate()
    one = await find_charge_point(house, identifier)
    certificate = body.certificate or await house.signing.root_pem()
    names.read(certificate)
    payload = {"certificateType": body.certificate_type, "certificate": certificate}
    command = await house.commands.send(
        one,
        "InstallCertificate",
        payload,
        asked_by=person.name,
        wait_s=wait,
        delivery=body.delivery(),
        once=once,
    )
    return command_response(command, wait)


@router.get("/ca.pem", response_class=Response, responses={200: {"content": {"application/x-pem-file": {}}}})
async def root(person: Viewer, house: House) -> Response:
    """The certificate of our own root, which is made when it is first asked for."""
    headers = {"Content-Disposition": 'attachment; filename="ca.pem"'}
    return Response(await house.signing.root_pem(), headers=headers, media_type="application/x-pem-file")


def _check(request_id: int) -> None:
    if not can_be_row(request_id):
        raise NotFound(f"no certificate request {request_id}")

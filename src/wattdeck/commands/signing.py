"""Signing requests of charge points: examined, decided, signed, and sent back (security white paper A02, A03).

The request was answered long before: nothing here is waited for by the charge point that sent it.
"""

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection

from wattdeck.bus.events import Events
from wattdeck.certificates import names, requests
from wattdeck.certificates.authority import Authority, Signed
from wattdeck.certificates.library import AVAILABLE, MISSING
from wattdeck.certificates.requests import Examined
from wattdeck.commands.send import Commands
from wattdeck.domain.certificates import PENDING, REJECTED, SENT, CertificateRequest
from wattdeck.domain.charge_points import ACCEPTED, ChargePoint, is_connected
from wattdeck.domain.clock import now
from wattdeck.domain.commands import REFUSE, Command, Delivery
from wattdeck.domain.errors import Conflict, NotFound, Refused, Unprocessable
from wattdeck.domain.events import CertificateRequestChanged, CertificateRequested
from wattdeck.domain.records import replace
from wattdeck.policies import Policies
from wattdeck.settings import Settings
from wattdeck.store import certificates, charge_points
from wattdeck.store.engine import Store
from wattdeck.telemetry import logger

BY_ITSELF = "automatic"
POLICY_TIMEOUT_S = 60
_AT_ONCE = Delivery(offline=REFUSE)  # one that is kept would come to a key that is gone
_SWEEP = 100
# By itself it does not sign more for one charge point: each is a certificate more that nobody looks after.
_DAY, _MOST_A_DAY = timedelta(days=1), 5
_log = logger("wattdeck.certificates")


class Signing:
    """Examines what comes in, and signs it: when a person approves, or at once where that is set."""

    def __init__(
        self,
        store: Store,
        events: Events,
        commands: Commands,
        settings: Settings,
        policies: Policies,
        authority: Authority,
    ) -> None:
        self._store, self._events, self._commands = store, events, commands
        self._settings, self._policies, self._authority = settings, policies, authority
        self._deciding: set[int] = set()
        events.subscribe(CertificateRequested, self._requested)

    async def root_pem(self) -> str:
        """The certificate of our own root, made when first asked for. Raises NotFound or Unprocessable."""
        if self._settings.sign_certificates == "off":
            raise NotFound("there is no certificate authority here: sign_certificates is off")
        return await asyncio.to_thread(self._authority.root_pem, now())

    async def _requested(self, event: CertificateRequested) -> None:
        current = await self._store.read(lambda connection: certificates.request(connection, event.request.id))
        if current is not None and current.state == PENDING:  # one that asks for ever is not worked after
            await self._consider(current)

    async def sweep(self) -> None:
        """Look again at all that waits, some at a time: a charge point may have been away, or this process."""
        after = 0
        while some := await self._store.glance(partial(certificates.pending, after=after, at_most=_SWEEP)):
            for request in some:
                one = await self._charge_point(request)
                if one is not None and is_connected(one, now()):
                    await self._consider(request)
            after = some[-1].id

    async def approve(self, id: int, by: str, name_is_right: bool = False) -> CertificateRequest:
        """Sign and send. `name_is_right`: a person vouches for a common name that is not the identifier.

        Raises NotFound, Conflict (decided already, or not connected) or Unprocessable (must not or cannot be signed).
        """
        request = await self._pending(id)
        one = await self._charge_point(request)
        if one is None or not is_connected(one, now()):
            raise Conflict(f"{request.charge_point} is not connected")
        examined = await self._examine(request, one)
        if examined.fault is not None:
            await self._refuse(replace(request, common_name=examined.common_name), examined.fault, by)
            raise Unprocessable(examined.fault)
        if examined.doubt is not None and not name_is_right:
            raise Unprocessable(f"{examined.doubt}: say name_is_right where it is meant")
        return await self._sign(replace(request, common_name=examined.common_name), one, by)

    async def reject(self, id: int, by: str, reason: str | None) -> CertificateRequest:
        """Raises NotFound, or Conflict where it was decided before."""
        rejected = await self._refuse(await self._pending(id), reason, by)
        if rejected is None:
            raise Conflict("it was decided meanwhile")
        return rejected

    async def _consider(self, request: CertificateRequest) -> None:
        """Examine a pending request, and sign it where nobody has to be asked."""
        one = await self._charge_point(request)
        if one is None:
            return
        if not AVAILABLE:
            await self._note(request, MISSING)
            return
        examined = await self._examine(request, one)
        request = replace(request, common_name=examined.common_name)
        if examined.fault is not None:
            await self._refuse(request, examined.fault, BY_ITSELF)
        elif self._settings.sign_certificates != "automatic":
            await self._note(request, examined.doubt)
        elif (reason := examined.doubt or await self._why_ask(one)) is not None:
            await self._note(request, reason)
        else:
            try:
                await self._sign(request, one, BY_ITSELF)
            except Refused as error:
                await self._note(request, str(error))

    async def _why_ask(self, one: ChargePoint) -> str | None:
        """Why a person has to be asked although the request is in order."""
        proves_itself = one.has_password or one.security_profile > 0 or self._policies.authenticate is not None
        if one.registration != ACCEPTED or not proves_itself:
            # anybody could call himself so, and the certificate would open the doors of profile 3
            return "the charge point need not prove who it is: it has no password"
        signed = await self._store.read(lambda c: certificates.count_signed(c, one.id, now() - _DAY))
        return None if signed < _MOST_A_DAY else f"{_MOST_A_DAY} certificates were signed for it within a day"

    async def _refuse(self, request: CertificateRequest, reason: str | None, by: str) -> CertificateRequest | None:
        """None where it was decided meanwhile."""
        refused = replace(request, state=REJECTED, reason=reason, decided_at=now(), decided_by=by)
        return await self._save(refused)

    async def _examine(self, request: CertificateRequest, one: ChargePoint) -> Examined:
        name = requests.name_of(request.csr)
        is_others = False
        if name is not None:
            wanted = charge_points.key_of(name.strip())
            known = await self._store.read(charge_points.known)
            is_others = any(charge_points.key_of(each.identifier) == wanted and each.id != one.id for each in known)
        # checking a signature takes milliseconds with large keys
        return await asyncio.to_thread(requests.examine, request.csr, one.identifier, one.serial_number, is_others)

    async def _sign(self, request: CertificateRequest, one: ChargePoint, by: str) -> CertificateRequest:
        if request.id in self._deciding:
            raise Conflict("it is just being decided")
        self._deciding.add(request.id)
        try:
            signed = await self._signed(request)
            sent = replace(
                request,
                state=SENT,
                reason=None,
                decided_at=now(),
                decided_by=by,
                certificate=signed.chain,
                serial_number=signed.serial_number,
                expires_at=signed.expires_at,
            )

            def also(connection: Connection, command: Command) -> None:
                current = certificates.request(connection, request.id)
                if current is None or current.state != PENDING:
                    raise Conflict("it was decided meanwhile")
                certificates.save_request(connection, replace(sent, command_id=command.id))

            payload = {"certificateChain": signed.chain}
            await self._commands.send(one, "CertificateSigned", payload, asked_by=by, delivery=_AT_ONCE, also=also)
        finally:
            self._deciding.discard(request.id)
        current = await self._get(request.id)
        self._events.publish(CertificateRequestChanged(current))
        return current

    async def _signed(self, request: CertificateRequest) -> Signed:
        policy = self._policies.sign_certificate
        if policy is None:
            lasts = timedelta(days=self._settings.certificate_days)
            return await asyncio.to_thread(self._authority.sign, request.csr, lasts, now())
        try:
            async with asyncio.timeout(POLICY_TIMEOUT_S):
                chain = await policy(request.charge_point, request.csr)
        except Exception:
            _log.exception("sign_certificate policy failed", charge_point=request.charge_point)
            raise Unprocessable("the application's certificate authority failed") from None
        leaf = names.read_first(chain)
        return Signed(chain, f"{leaf.serial_number:x}", leaf.not_valid_after_utc)

    async def _pending(self, id: int) -> CertificateRequest:
        request = await self._get(id)
        if request.state != PENDING:
            raise Conflict(f"certificate request {id} is {request.state}")
        return request

    async def _get(self, id: int) -> CertificateRequest:
        request = await self._store.read(lambda connection: certificates.request(connection, id))
        if request is None:
            raise NotFound(f"no certificate request {id}")
        return request

    async def _charge_point(self, request: CertificateRequest) -> ChargePoint | None:
        return await self._store.read(lambda c: charge_points.find(c, request.charge_point))

    async def _note(self, request: CertificateRequest, reason: str | None) -> None:
        """What keeps it waiting; nothing where that is known already."""
        current = await self._get(request.id)
        if (current.reason, current.common_name) != (reason, request.common_name):
            await self._save(replace(request, reason=reason))

    async def _save(self, request: CertificateRequest) -> CertificateRequest | None:
        """Only where it is still pending; None where it is not."""

        def write(connection: Connection) -> CertificateRequest | None:
            current = certificates.request(connection, request.id)
            if current is None or current.state != PENDING:
                return None
            return certificates.save_request(connection, request)

        saved = await self._store.write(write)
        if saved is not None:
            self._events.publish(CertificateRequestChanged(saved))
        return saved

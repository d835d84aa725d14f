"""Whether a command that an alert sent has helped: the alert is over within the time it ought to be. Pure."""

from collections.abc import Container
from re import MULTILINE, search

from wattdeck.domain.deliveries import Delivery
from wattdeck.domain.records import Record

_MOST = 1_000


class Proof(Record, frozen=True):
    """What is waited for, until when; times in milliseconds."""

    delivery_id: int
    since: int
    until: int


class Proofs:
    """`said`: delivery and what is to be added to what is kept of it."""

    def __init__(self) -> None:
        self._awaited: dict[int, Proof] = {}
        self.said: list[tuple[int, str]] = []

    def expect(self, one: Delivery, at: int, until: int, still_on: Container[int]) -> None:
        """Alerts of a delivery whose command was sent. `still_on`: the alerts that are not over."""
        for id in one.alert_ids:
            if id not in still_on:
                self.said.append((one.id, f"alert {id}: was over before"))
            elif len(self._awaited) < _MOST:
                self._awaited[id] = Proof(one.id, at, until)

    def recall(self, one: Delivery, proof_s: float, still_on: Container[int]) -> None:
        """After a restart: what was not said yet of alerts whose command was sent before it."""
        for id in one.alert_ids:
            if search(rf"^alert {id}: ", one.body or "", MULTILINE):
                continue
            if id not in still_on:
                self.said.append((one.id, f"alert {id}: over, as was seen after a restart"))
            elif one.sent_at is not None and len(self._awaited) < _MOST:
                self._awaited[id] = Proof(one.id, one.sent_at, one.sent_at + round(proof_s * 1000))

    def over(self, alert_id: int, at: int) -> None:
        proof = self._awaited.pop(alert_id, None)
        if proof is not None:
            self.said.append((proof.delivery_id, f"alert {alert_id}: over after {(at - proof.since) / 1000:.0f} s"))

    def tick(self, at: int) -> None:
        for id, proof in [(id, each) for id, each in self._awaited.items() if each.until <= at]:
            del self._awaited[id]
            waited = (proof.until - proof.since) / 1000
            self.said.append((proof.delivery_id, f"alert {id}: not over after {waited:.0f} s"))

"""Which news shows that an accepted command was carried out, and how long that may take: one row per action.

News are events of the house, and messages of the charge point itself; only those of the command's charge point are
asked about. Actions without a row promise nothing that could be seen.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from wattdeck.domain.clock import from_iso
from wattdeck.domain.commands import CONFIRMED, PENDING, Command, was_accepted
from wattdeck.domain.connectors import Connector
from wattdeck.domain.events import ChargePointConnected, SessionStarted, SessionStopped
from wattdeck.domain.messages import StatusNotification
from wattdeck.domain.records import Record
from wattdeck.domain.sessions import ABANDONED
from wattdeck.domain.tags import same_tag

MINUTE, HOUR = 60.0, 3600.0
_SCHEDULED_S = 24 * HOUR  # Scheduled: when the running transaction has ended (OCPP 1.6 §5.2)


class Effect(Record, frozen=True):
    """`shown_by`: whether a piece of news shows it; `within_s`: of the acceptance, at most."""

    within_s: float
    shown_by: Callable[[dict[str, Any], Any], bool]


def _started(payload: dict[str, Any], news: Any) -> bool:
    return (
        isinstance(news, SessionStarted)
        and same_tag(news.session.id_tag or "") == same_tag(str(payload.get("idTag")))
        and payload.get("connectorId") in (None, news.session.connector_id)
    )


def _stopped(payload: dict[str, Any], news: Any) -> bool:
    """By its stop; one that was given up without is no proof."""
    if not isinstance(news, SessionStopped) or news.session.status == ABANDONED:
        return False
    return news.session.transaction_id == str(payload.get("transactionId"))


def _began_anew(payload: dict[str, Any], news: Any) -> bool:
    return isinstance(news, ChargePointConnected) or _says(news, "BootNotification")


def _became_available(payload: dict[str, Any], news: Any) -> bool:
    """For connector 0, the whole charge point, any connector will do."""
    if not isinstance(news, StatusNotification) or payload.get("connectorId") not in (0, news.connector_id):
        return False
    return _is_as_wanted(payload, news.status)


def _is_as_wanted(payload: dict[str, Any], status: str) -> bool:
    return (status == "Unavailable") == (payload.get("type") == "Inoperative")


def _reserved(payload: dict[str, Any], news: Any) -> bool:
    return _says_status(news, "Reserved") and payload.get("connectorId") == news.connector_id


def _no_more_reserved(payload: dict[str, Any], news: Any) -> bool:
    return _says_status(news, "Available")


def _triggered(payload: dict[str, Any], news: Any) -> bool:
    word = payload.get("requestedMessage")
    message = {"SignChargePointCertificate": "SignCertificate"}.get(str(word), str(word))
    asked_of, said_of = payload.get("connectorId"), getattr(news, "connector_id", None)
    return _says(news, message) and (asked_of is None or said_of in (None, asked_of))


def _status_of(action: str) -> Callable[[dict[str, Any], Any], bool]:
    """Of work on files: about this request, where both have a number; Idle is what one says that does nothing."""

    def shown_by(payload: dict[str, Any], news: Any) -> bool:
        if not _says(news, action) or news.status == "Idle":
            return False
        asked, told = payload.get("requestId"), getattr(news, "request_id", None)
        return asked is None or told in (None, asked)

    return shown_by


def _says(news: Any, action: str) -> bool:
    """Whether it is this message: messages are named after their actions."""
    return type(news).__name__ == action


def _says_status(news: Any, status: str) -> bool:
    return isinstance(news, StatusNotification) and news.status == status


EFFECTS: Mapping[str, Effect] = {
    "RemoteStartTransaction": Effect(3 * MINUTE, _started),  # the driver may have to plug in first
    "RemoteStopTransaction": Effect(2 * MINUTE, _stopped),
    "Reset": Effect(5 * MINUTE, _began_anew),
    "ChangeAvailability": Effect(2 * MINUTE, _became_available),
    "ReserveNow": Effect(MINUTE, _reserved),
    "CancelReservation": Effect(MINUTE, _no_more_reserved),
    "TriggerMessage": Effect(MINUTE, _triggered),
    "ExtendedTriggerMessage": Effect(MINUTE, _triggered),
    "UpdateFirmware": Effect(HOUR, _status_of("FirmwareStatusNotification")),
    "SignedUpdateFirmware": Effect(HOUR, _status_of("SignedFirmwareStatusNotification")),
    "GetDiagnostics": Effect(15 * MINUTE, _status_of("DiagnosticsStatusNotification")),
    "GetLog": Effect(15 * MINUTE, _status_of("LogStatusNotification")),
}


def shows(news: Any, command: Command) -> bool:
    """Whether it shows that the command was carried out."""
    return command.action in EFFECTS and EFFECTS[command.action].shown_by(command.payload, news)


def promised(command: Command, connectors: Sequence[Connector], at: datetime) -> tuple[str, timedelta] | None:
    """What to expect of a settled command, and for how long from `at` on; None where nothing is to be seen.

    `connectors` as they are: what is so already will not be reported again.
    """
    effect, payload, result = EFFECTS.get(command.action), command.payload, command.result
    if effect is None or result is None or not was_accepted(command):
        return None
    within_s = effect.within_s
    match command.action:
        case "ChangeAvailability":
            if result.get("status") == "Scheduled":
                within_s = _SCHEDULED_S
            elif _is_so(payload, connectors):
                return CONFIRMED, timedelta()
        case "ReserveNow" if payload.get("connectorId") == 0:
            return None  # any connector: none of them is marked
        case "ReserveNow" if any(
            one.status == "Reserved" and one.connector_id == payload.get("connectorId") for one in connectors
        ):
            return CONFIRMED, timedelta()  # in place of an earlier reservation
        case "CancelReservation" if not any(one.status == "Reserved" for one in connectors):
            return None
        case "UpdateFirmware" | "SignedUpdateFirmware":
            within_s += _time_until(payload, at)
        case "GetDiagnostics" if not result.get("fileName"):
            return None  # there is nothing to upload (OCPP 1.6 §6.26)
    return PENDING, timedelta(seconds=within_s)


def _time_until(payload: dict[str, Any], at: datetime) -> float:
    """Seconds until new firmware may be fetched (`retrieveDate`; signed: `firmware.retrieveDateTime`)."""
    firmware = payload.get("firmware")
    text = payload.get("retrieveDate") or (firmware.get("retrieveDateTime") if isinstance(firmware, dict) else None)
    fetched_at = from_iso(text)
    return 0.0 if fetched_at is None else max(0.0, (fetched_at - at).total_seconds())


def _is_so(payload: dict[str, Any], connectors: Sequence[Connector]) -> bool:
    wanted = [one for one in connectors if payload.get("connectorId") in (0, one.connector_id)]
    return bool(wanted) and all(_is_as_wanted(payload, one.status) for one in wanted)

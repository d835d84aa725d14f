"""How long certificates are still good, looked at from time to time: those of charge points, and our own."""

from collections.abc import Iterable
from datetime import datetime

from wattdeck.domain.certificates import Ending
from wattdeck.domain.clock import to_ms
from wattdeck.domain.signals import Observation, Subject

EVERY_S = 3600.0
SIGNAL = "certificate_days_left"
_DAY_S = 86_400


def observe(endings: Iterable[Ending], ours: datetime | None, at: datetime) -> list[Observation]:
    """One observation for each charge point of which a certificate is known, and one for us. `ours`: when the TLS
    certificate ends with which we serve.
    """
    known = [(Subject(one.charge_point_id, one.charge_point), one.at) for one in endings]
    if ours is not None:
        known.append((Subject(), ours))
    return [
        Observation(SIGNAL, subject, to_ms(at), round((ends - at).total_seconds() / _DAY_S, 2))
        for subject, ends in known
    ]

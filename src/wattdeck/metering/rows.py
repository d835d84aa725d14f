"""The rows of what was measured."""

from collections.abc import Sequence
from typing import Any

from wattdeck.domain.clock import to_ms
from wattdeck.domain.events import StoredValue
from wattdeck.domain.meter_values import CONTEXT_CODES, MeterValue
from wattdeck.domain.moments import StoredMoment
from wattdeck.metering.layouts import Key, Layout
from wattdeck.metering.meter import Meter
from wattdeck.store import samples, series
from wattdeck.store.samples import DAY_MS
from wattdeck.store.writer import Rows

_OTHER = CONTEXT_CODES["Other"]


def key_of(connector_id: int, value: MeterValue) -> Key:
    return (connector_id, value.measurand, value.phase or "", value.location, value.unit)


def rows(meter: Meter, connector_id: int, values: Sequence[StoredValue], received_at: int) -> list[Rows]:
    """Raises KeyError where a series is not known yet; then nothing has changed."""
    if isinstance(values, StoredMoment) and values.flags is None:
        layout = meter.layout(connector_id, values.moment.shape)
        if layout is not None:
            return _of_moment(meter, layout, values, received_at)
    known, days = meter.series, meter.days
    numbers: list[tuple[Any, ...]] = []
    texts: list[tuple[Any, ...]] = []
    new_days: list[tuple[Any, ...]] = []
    last_taken, taken_at, day = None, 0, 0
    for one in values:
        value = one.value
        # as in `key_of`, written out: this runs for each value
        number = known[connector_id, value.measurand, value.phase or "", value.location, value.unit]
        if value.taken_at is not last_taken:  # most values of a message share one time
            last_taken, taken_at = value.taken_at, to_ms(value.taken_at)
            day = taken_at // DAY_MS
        context = CONTEXT_CODES.get(value.context, _OTHER)
        if value.value is None:
            texts.append((number, taken_at, context, received_at, one.session_id, value.text or ""))
            continue
        numbers.append((taken_at, number, context, value.value, received_at, one.session_id, one.flags, value.text))
        if day > days[number]:
            new_days.append((day, number))
    for day, number in new_days:
        days[number] = max(day, days[number])
    made = ((samples.INSERT, numbers), (samples.INSERT_TEXT, texts), (series.NEW_DAY, new_days))
    return [(bulk, some) for bulk, some in made if some]


def _of_moment(meter: Meter, layout: Layout, values: StoredMoment, received_at: int) -> list[Rows]:
    """Of plain numbers of one moment: one row for all of them."""
    moment = values.moment
    row = (moment.taken_ms, received_at, values.session_id, *layout.series, *moment.numbers)
    made: list[Rows] = [(samples.plain(layout.contexts), [row])]
    day = moment.taken_ms // DAY_MS
    if day > layout.day:
        days, layout.day = meter.days, day
        new_days = [(day, number) for number in layout.series if day > days[number]]
        days.update({number: day for _, number in new_days})
        made += [(series.NEW_DAY, new_days)] if new_days else []
    return made

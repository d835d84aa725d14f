"""A delivery in words: one alert in full, a few one by one, many as a summary. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from wattdeck.alerts.notify.groups import MOST_APART
from wattdeck.alerts.notify.meanings import in_words
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import FIRING, RAISED, RESOLVED, SEVERITIES, Alert, headline, unit, where
from wattdeck.domain.channel_kinds import WEBHOOK
from wattdeck.domain.channels import Channel
from wattdeck.domain.clock import from_ms, iso
from wattdeck.domain.deliveries import ESCALATION, HEARTBEAT, REMINDER, TEST, Delivery
from wattdeck.domain.records import Record, replace
from wattdeck.domain.templates import WORDS, render, render_json

_MOST_NAMED = 20
_MOST_LISTED = 100  # in what is for programs
_MOST_PLACES = 10
_LEADS = {REMINDER: "Still so: ", ESCALATION: "Nobody has taken it up: "}


class Message(Record, frozen=True):
    """What goes out. `values` is the same for programs; `raw` in its place where the channel has words of its own."""

    delivery_id: int
    subject: str
    text: str
    severity: str
    values: dict[str, Any]
    raw: str | None = None


class Known(Record, frozen=True):
    """What a message says that alerts do not: where people see them, and where they can take one up without a log-in
    (None where we know no address); what a rule says; times as they are here; by an alert's number what else the charge
    point said.
    """

    alerts: str | None = None
    acknowledge: Callable[[int, str], str | None] = lambda _alert, _channel: None
    rule: Callable[[str], Rule | None] = lambda _name: None
    zone: ZoneInfo = ZoneInfo("UTC")
    besides: Mapping[int, str] = {}


def compose(delivery: Delivery, channel: Channel, alerts: Sequence[Alert], at: int, known: Known) -> Message:
    """`alerts`: those it is about, as they are now."""
    over = [one for one in alerts if one.state == RESOLVED]
    on = [one for one in alerts if one.state != RESOLVED]
    severity = max((one.severity for one in on or alerts), key=SEVERITIES.index, default=SEVERITIES[0])
    subject = _subject(delivery, channel, alerts, len(over), severity)

    def link(one: Alert) -> str | None:
        return known.acknowledge(one.id, channel.name) if one.state == FIRING else None

    page = f"{known.alerts}/{alerts[0].id}" if known.alerts and len(alerts) == 1 else known.alerts
    lines = [subject, *_body(delivery, channel, alerts, link, known), *([page] if page else [])]
    values = {
        "delivery": delivery.id,
        "channel": channel.name,
        "what": delivery.what,
        "created": delivery.created_at,
        "at": iso(from_ms(at)),
        "severity": severity,
        "subject": subject,
        "text": "\n".join(lines),
        "firing": len(on),
        "resolved": len(over),
        "alerts": [plain(one) | {"acknowledge": link(one)} for one in (*on, *over)[:_MOST_LISTED]],
        "more": max(0, len(alerts) - _MOST_LISTED),
        "link": page,
    }
    return _in_own_words(Message(delivery.id, subject, "\n".join(lines), severity, values), channel)


def _in_own_words(message: Message, channel: Channel) -> Message:
    if not channel.subject and not channel.body:
        return message
    words = _words(message)
    subject = render(channel.subject, words) if channel.subject else message.subject
    words = {**words, "subject": subject}
    if channel.kind == WEBHOOK and channel.body:
        return replace(message, subject=subject, raw=render_json(channel.body, words))
    text = render(channel.body, words) if channel.body else message.text
    values = message.values | {"subject": subject, "text": text}
    return replace(message, subject=subject, text=text, values=values)


def _words(message: Message) -> dict[str, str]:
    """Every word of templates; empty where the alerts have not the same."""
    values, alerts = message.values, message.values["alerts"]
    words = dict.fromkeys(WORDS, "")
    for name in (
        "rule",
        "site",
        "charge_point",
        "connector_id",
        "state",
        "headline",
        "value",
        "limit",
        "unit",
        "count",
    ):
        found = {_said(one[name]) for one in alerts}
        words[name] = found.pop() if len(found) == 1 else ""
    words["since"] = min((one["raised_at"] or "" for one in alerts), default="")
    words["acknowledge"] = (alerts[0]["acknowledge"] or "") if len(alerts) == 1 else ""
    for name in ("subject", "text", "severity", "firing", "resolved", "channel", "link"):
        words[name] = _said(values[name])
    return words


def _said(value: Any) -> str:
    return "" if value is None else (f"{value:.6g}" if isinstance(value, float) else str(value))


def plain(one: Alert) -> dict[str, Any]:
    """An alert for programs."""
    subject = one.subject
    return {
        "id": one.id,
        "rule": one.rule,
        "severity": one.severity,
        "state": one.state,
        "headline": headline(one),
        "charge_point": subject.charge_point,
        "connector_id": subject.connector_id,
        "session_id": one.session_id,
        "phase": subject.phase,
        "site": one.site,
        "signal": one.signal,
        "unit": unit(one),
        "value": one.value,
        "peak": one.peak,
        "word": one.word,
        "limit": one.limit,
        "count": one.count,
        "raised_at": _iso(one.raised_at),
        "acknowledged_at": _iso(one.acknowledged_at),
        "acknowledged_by": one.acknowledged_by,
        "cleared_at": _iso(one.cleared_at),
    }


def _subject(delivery: Delivery, channel: Channel, alerts: Sequence[Alert], over: int, severity: str) -> str:
    if delivery.what == TEST:
        return f"[test] wattdeck: a test of the channel {channel.name}"
    if delivery.what == HEARTBEAT:
        return "[alive] wattdeck looks at alert rules"
    if len(alerts) == 1:
        return f"{_LEADS.get(delivery.what, '')}[{_word(alerts[0])}] {headline(alerts[0])}"
    rules = sorted({one.rule for one in alerts})
    named = ", ".join(rules[:3]) + (f" and {len(rules) - 3} more" if len(rules) > 3 else "")
    states = [f"{number} {word}" for number, word in ((len(alerts) - over, "firing"), (over, "resolved")) if number]
    return f"{_LEADS.get(delivery.what, '')}[{severity}] {len(alerts)} alerts: {named}: {', '.join(states)}"


def _body(
    delivery: Delivery, channel: Channel, alerts: Sequence[Alert], link: Callable[[Alert], str | None], known: Known
) -> list[str]:
    if delivery.what == TEST:
        return ["If you can read this, the channel works."]
    if delivery.what == HEARTBEAT:
        return [f"The next such message comes within {channel.heartbeat_s:g} s. If none comes, look what is wrong."]
    if len(alerts) == 1:
        return _in_full(alerts[0], link(alerts[0]), known)[1:]  # its first line is the subject
    if len(alerts) <= MOST_APART:
        return [line for one in alerts for line in _in_full(one, link(one), known)]
    places = Counter(one.site for one in alerts if one.site)
    sites = [f"{site}: {number}" for site, number in places.most_common(_MOST_PLACES)]
    left = len(alerts) - _MOST_NAMED
    named = ", ".join(
        f"{where(one.subject)}{' (resolved)' if one.state == RESOLVED else ''}" for one in alerts[:_MOST_NAMED]
    )
    return [*(["Sites: " + ", ".join(sites)] if sites else []), named + (f" and {left} more" if left > 0 else "")]


def _in_full(one: Alert, link: str | None, known: Known) -> list[str]:
    """One alert: what, what that means, where and since when, where to take it up."""
    where_and_when = [f"at {one.site}"] if one.site and one.subject.charge_point else []
    where_and_when.append(f"since {_here(one.fired_at or one.raised_at or one.began_at, known.zone)}")
    if one.state == RESOLVED:
        where_and_when.append(f"over at {_here(one.cleared_at or one.updated_at, known.zone)}")
    elif one.acknowledged_by:
        where_and_when.append(f"taken up by {one.acknowledged_by}")
    if one.count > 3:
        where_and_when.append(f"fired {one.count} times")
    meant = in_words(known.rule(one.rule), one) if one.state != RESOLVED else None
    besides = known.besides.get(one.id)
    rest = [
        meant,
        besides and f"it says: {besides}",
        ", ".join(where_and_when),
        f"take it up: {link}" if link else None,
    ]
    return [f"[{_word(one)}] {headline(one)}", *(f"  {line}" for line in rest if line)]


def _word(one: Alert) -> str:
    return one.severity if one.state in RAISED else one.state


def _here(at: int, zone: ZoneInfo) -> str:
    return f"{from_ms(at).astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _iso(at: int | None) -> str | None:
    return None if at is None else iso(from_ms(at))

"""Which channels are to hear what of an alert. Pure."""

from collections.abc import Iterable, Mapping

from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.alerts import (
    FIRED,
    FIRED_AGAIN,
    RESOLVED,
    UNINHIBITED,
    UNSILENCED,
    WAS_RESOLVED,
    Alert,
    Change,
    is_for_people,
)
from wattdeck.domain.channels import Channel, is_for

_NEWS = frozenset({FIRED, FIRED_AGAIN, UNSILENCED, UNINHIBITED})


def channels_of(rule: Rule | None, alert: Alert, channels: Mapping[str, Channel]) -> list[str]:
    """Those the rule names, else the default ones, as far as they want alerts so grave."""
    named: Iterable[str] = rule.channels if rule is not None else ()
    wanted = named or [name for name, channel in channels.items() if channel.default]
    return [name for name in wanted if name in channels and is_for(channels[name], alert)]


def is_news(alert: Alert, changes: Iterable[Change]) -> bool:
    """Whether people are to hear of it who have not yet."""
    return is_for_people(alert) and any(change.what in _NEWS for change in changes)


def is_end(alert: Alert, changes: Iterable[Change]) -> bool:
    """Whether those who have heard of it are to hear that it is over."""
    return (
        alert.state == RESOLVED
        and not alert.is_silent
        and alert.hidden_by is None
        and any(change.what == WAS_RESOLVED for change in changes)
    )

"""Commits per stored value, from wattdeck's own counters: one transaction should carry what many handlers hand in."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import servers
from benchmarks.frames import VALUES_PER_MESSAGE
from benchmarks.report import Row
from benchmarks.servers import Server

VALUES = "wattdeck_meter_values_total"
COMMITS = "wattdeck_store_commits_total"
TARGET_SHARE = 0.02


@dataclass(frozen=True)
class Counted:
    values: float
    commits: float


def count(server: Server) -> Counted | None:
    """Read both counters; the plain central system has none, it commits once per message by how it is written."""
    if server.name != servers.WATTDECK:
        return None
    return Counted(servers.counter(server, VALUES), servers.counter(server, COMMITS))


def since(before: Counted | None, after: Counted | None) -> Counted | None:
    if before is None or after is None:
        return None
    return Counted(after.values - before.values, after.commits - before.commits)


def rows(answered_and_counted: Sequence[tuple[int, Counted]]) -> list[Row]:
    """Compare what was answered with what wattdeck says it stored, and in how many commits."""
    expected = sum(answered for answered, _ in answered_and_counted) * VALUES_PER_MESSAGE
    values = sum(counted.values for _, counted in answered_and_counted)
    share = sum(counted.commits for _, counted in answered_and_counted) / max(1.0, values)
    plain = 1 / VALUES_PER_MESSAGE
    return [
        Row("values stored / values answered for", f"{values / max(1, expected):.4f}", "", "", "1", values >= expected),
        Row(
            "commits per stored value",
            f"{share:.3%}",
            f"{plain:.1%}",
            f"{plain / share:,.0f} x fewer" if share else "",
            f"{TARGET_SHARE:.0%}",
            0 < share <= TARGET_SHARE,
        ),
    ]

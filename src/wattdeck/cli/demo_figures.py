"""The figures of the demo: the server's counts, the live line, and what was said against what was stored."""

from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table


def live_line(stats: dict[str, Any], power_w: float, rate: float) -> str:
    return (
        f"{stats['connected']} connected · {stats['charging']} charging · {power_w / 1000:.1f} kW · "
        f"{stats['total_energy_today']:.2f} kWh today · {rate:.0f} messages/s"
    )


async def power_w(client: httpx2.AsyncClient) -> float:
    """W of the sessions that run."""
    answer = (await client.get("/api/v1/sessions", params={"state": "active", "limit": 200})).raise_for_status()
    return float(sum(session.get("power_w") or 0 for session in answer.json()["items"]))


async def counters(client: httpx2.AsyncClient) -> dict[str, float]:
    """The server's own counts: messages, meter values, commits."""
    text = (await client.get("/metrics")).raise_for_status().text
    return {
        "messages": read_metric(text, "wattdeck_messages_total"),
        "meter_values": read_metric(text, "wattdeck_meter_values_total"),
        "commits": read_metric(text, "wattdeck_store_commits_total"),
    }


def read_metric(text: str, name: str) -> float:
    """The sum over all labels of a counter in Prometheus' text format."""
    lines = (line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{")))
    return sum(float(line[max(len(name), line.rfind("}") + 1) :].split()[0]) for line in lines)


def figures(summary: dict[str, Any], before: dict[str, float], after: dict[str, float]) -> dict[str, Any]:
    """What was said against what was stored. Lost: acknowledged to the charge points, yet not stored."""
    stored = int(after["meter_values"] - before["meter_values"])
    commits = int(after["commits"] - before["commits"])
    acknowledged = int(summary["meter_values_acknowledged"])
    answers = summary["answers_by_action"].get("MeterValues", summary["answers"])
    return {
        "charge_points": summary["charge_points"],
        "messages": summary["messages_sent"],
        "sessions": summary["sessions_started"],
        "meter_values": stored,
        "meter_values_acknowledged": acknowledged,
        "commits": commits,
        "values_per_commit": round(stored / commits, 1) if commits else 0.0,
        "acknowledgement_p50_ms": answers["p50_ms"],
        "acknowledgement_p99_ms": answers["p99_ms"],
        "errors": summary["errors"],
        "lost": max(0, acknowledged - stored),
    }


def show(console: Console, figures: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    for name, value in figures.items():
        told = ", ".join(f"{code} ×{number}" for code, number in value.items()) or "none" if name == "errors" else value
        table.add_row(name.replace("_", " ").replace(" ms", " (ms)").capitalize(), str(told))
    console.print(table)

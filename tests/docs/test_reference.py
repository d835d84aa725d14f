"""What exists is in the reference: settings, options, events, metrics, topics, routes, tables, findings, commands."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from prometheus_client.metrics_core import Metric

from wattdeck.alerts.ready_made import RULES
from wattdeck.api.app import create_app
from wattdeck.cli import VERBS, offer
from wattdeck.domain import commands
from wattdeck.domain.alert_rules import Rule
from wattdeck.domain.charge_points import REFUSED
from wattdeck.domain.events import Event
from wattdeck.live.messages import FLEET_TOPICS, STATS, STREAMS
from wattdeck.ocpp.v16 import V16
from wattdeck.settings import Settings
from wattdeck.simulator.troubles import TROUBLES
from wattdeck.store.tables import metadata
from wattdeck.telemetry import Telemetry

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src/wattdeck"


def page(name: str) -> str:
    return (ROOT / "docs/reference" / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its kind."""
    return re.split(r"^## ", text.split(f"\n## {heading}", 1)[1], flags=re.MULTILINE)[0]


def default_of(name: str) -> str:
    value = Settings.model_fields[name].get_default(call_default_factory=True)
    if value is None:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_described_with_environment_name_and_default(name: str) -> None:
    assert f"| `{name}` | `WATTDECK_{name.upper()}` | {default_of(name)} |" in page("settings.md")


def options() -> list[tuple[str, str, Any]]:
    found = []
    for verb, command in typer.main.get_command(offer(*VERBS)).commands.items():  # type: ignore[attr-defined]
        inner = {f"{verb} {name}": one for name, one in getattr(command, "commands", {}).items()} or {verb: command}
        found += [(name, one.opts[0], one.default) for name, each in inner.items() for one in each.params]
    return found


@pytest.mark.parametrize(("verb", "option"), [(verb, option) for verb, option, _ in options()])
def test_every_option_is_described_under_its_verb(verb: str, option: str) -> None:
    described = section(page("command-line.md"), f"`wattdeck {verb}")
    assert f"`{option if option.startswith('--') else option.upper()}" in described


@pytest.mark.parametrize(("verb", "option", "default"), [one for one in options() if isinstance(one[2], int | float)])
def test_every_default_of_an_option_is_the_one_described(verb: str, option: str, default: float) -> None:
    if isinstance(default, bool):
        assert default is False  # a switch that is off
    else:
        assert f"| `{option}` | {default:g} |" in section(page("command-line.md"), f"`wattdeck {verb}")


@pytest.mark.parametrize("event", get_args(Event), ids=lambda event: event.__name__)
def test_every_event_is_described_with_its_fields(event: Any) -> None:
    row = next(line for line in page("events.md").splitlines() if line.startswith(f"| `{event.__name__}` |"))
    assert [field for field in event.__struct_fields__ if f"`{field}`" not in row] == []


def test_no_event_is_described_that_does_not_exist() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", page("events.md"), re.MULTILINE))
    assert described == {event.__name__ for event in get_args(Event)}


@pytest.mark.parametrize("metric", list(Telemetry().registry.collect()), ids=lambda metric: metric.name)
def test_every_metric_is_described_with_its_type(metric: Metric) -> None:
    name = f"{metric.name}_total" if metric.type == "counter" else metric.name
    assert f"| `{name}` | {metric.type} |" in page("metrics.md")


@pytest.mark.parametrize(
    "topic", [*(f"charge_point_{{id}}_{stream}" for stream in STREAMS), *FLEET_TOPICS.values(), STATS]
)
def test_every_live_topic_is_described(topic: str) -> None:
    assert f"`{topic}`" in section(page("live.md"), "Topics")


def routes() -> list[str]:
    made = create_app(None, "0").openapi()["paths"]  # type: ignore[arg-type]  # describing itself it uses no room
    return [f"{method.upper()} {path}" for path, methods in made.items() for method in methods]


@pytest.mark.parametrize("route", routes())
def test_every_route_is_described(route: str) -> None:
    assert f"`{route}" in page("http-api.md")


@pytest.mark.parametrize("table", list(metadata.tables))
def test_every_table_is_described(table: str) -> None:
    assert f"| `{table}` |" in page("storage.md")


@pytest.mark.parametrize("action", [*sorted(V16.incoming), *sorted(V16.commands)])
def test_every_action_of_1_6_that_we_speak_is_named(action: str) -> None:
    assert re.search(rf"\b{action}\b", page("ocpp.md"))


def finding_kinds() -> set[str]:
    """The kinds in the sources: `Finding("kind", …)`, `notes.found("kind", …)`, and what mending returns."""
    texts = [path.read_text("utf-8") for path in SOURCES.rglob("*.py")]
    made = {kind for text in texts for kind in re.findall(r"(?:Finding|\.found)\(\"(\w+)\"", text)}
    return made | set(re.findall(r"return \"(\w+)\"", (SOURCES / "ocpp/mending.py").read_text("utf-8")))


@pytest.mark.parametrize("kind", sorted(finding_kinds()))
def test_every_kind_of_finding_is_described(kind: str) -> None:
    assert f"`{kind}`" in section(page("ocpp.md"), "Findings")


@pytest.mark.parametrize("state", sorted(commands.FINAL | {commands.QUEUED, commands.SENT}))
def test_every_state_of_a_command_is_described(state: str) -> None:
    assert f"`{state}`" in section(page("http-api.md"), "Commands")


def test_reasons_of_refused_connections_are_described() -> None:
    reasons = re.findall(r"Refusal\(\d+, \"(\w+)\"", "".join(path.read_text() for path in SOURCES.glob("gateway/*.py")))
    assert f"{REFUSED}_charge_point" in reasons
    assert [reason for reason in reasons if f"`{reason}`" not in page("metrics.md")] == []


@pytest.mark.parametrize("name", TROUBLES)
def test_every_trouble_of_simulated_charge_points_is_described(name: str) -> None:
    assert f"`{name}`" in section(page("command-line.md"), "`wattdeck simulate")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_ready_made_alert_rule_is_described_with_its_severity_and_text(rule: Rule) -> None:
    assert f"| `{rule.name}` | {rule.severity} | {rule.text} |" in page("alert-rules.md")

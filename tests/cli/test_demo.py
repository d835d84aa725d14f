"""What the demo works out; the play itself is tried with the whole program."""

import socket

from wattdeck.cli.demo import _free_port
from wattdeck.cli.demo_figures import figures, read_metric

METRICS = """\
# HELP wattdeck_messages_total Frames by action and direction
# TYPE wattdeck_messages_total counter
wattdeck_messages_total{action="Boot Notification",direction="in"} 3.0
wattdeck_messages_total{action="Heartbeat",direction="out"} 4.0 1790000000
wattdeck_messages_created{action="Heartbeat",direction="out"} 99.0
wattdeck_meter_values_total 1.5e+03
"""


def test_a_counter_is_summed_over_its_labels():
    assert read_metric(METRICS, "wattdeck_messages_total") == 7
    assert read_metric(METRICS, "wattdeck_meter_values_total") == 1500
    assert read_metric(METRICS, "wattdeck_store_commits_total") == 0


def test_lost_is_what_was_acknowledged_and_is_not_stored():
    summary = {
        "charge_points": 2,
        "messages_sent": 30,
        "sessions_started": 1,
        "meter_values_acknowledged": 100,
        "answers": {"p50_ms": 1.0, "p99_ms": 2.0},
        "answers_by_action": {},
        "errors": {},
    }
    before = {"meter_values": 1000.0, "commits": 10.0}
    assert figures(summary, before, {"meter_values": 1100.0, "commits": 20.0})["lost"] == 0
    lossy = figures(summary, before, {"meter_values": 1097.0, "commits": 20.0})
    assert lossy["lost"] == 3
    assert lossy["values_per_commit"] == 9.7


def test_a_port_in_use_is_passed_over():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert _free_port(port, ()) > port

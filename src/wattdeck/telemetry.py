"""What wattdeck says about itself: its log, and every counter, gauge and histogram on one page, shown at /metrics."""

import logging

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_BATCH = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)


class Telemetry:
    """One central system's figures, in a registry of its own: two in one process do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        counter, gauge, histogram = _makers(registry)
        self.messages = counter("wattdeck_messages", "Frames by action and direction", "action", "direction")
        self.errors_sent = counter("wattdeck_call_errors", "CALLERRORs sent to charge points, by code", "code")
        self.frames_ignored = counter("wattdeck_frames_ignored", "Frames that cannot be answered, by reason", "reason")
        self.refused = counter("wattdeck_connections_refused", "Connections refused at the door, by reason", "reason")
        self.closed = counter("wattdeck_connections_closed", "Charge point connections that ended, by reason", "reason")
        self.connections = gauge("wattdeck_connections", "Charge point connections open now")
        self.answer_s = histogram("wattdeck_answer_seconds", "From a frame's arrival to its answer", _LATENCY_S)
        self.meter_values = counter("wattdeck_meter_values", "Meter values stored")
        self.values_ignored = counter("wattdeck_meter_values_ignored", "Meter values not stored, by reason", "reason")
        self.commits = counter("wattdeck_store_commits", "Transactions committed by the writer")
        self.commit_s = histogram("wattdeck_store_commit_seconds", "Time of one group commit", _LATENCY_S)
        self.commit_failures = counter("wattdeck_store_commit_failures", "Transactions that could not be committed")
        self.commit_work = histogram("wattdeck_store_commit_works", "Pieces of work in one group commit", _BATCH)
        self.commit_values = histogram("wattdeck_store_commit_values", "New meter values in one group commit", _BATCH)
        self.waiting = gauge("wattdeck_store_waiting", "Pieces of work that wait for the writer")
        self.database_bytes = gauge("wattdeck_database_bytes", "Size of the database file")
        self.wal_bytes = gauge("wattdeck_wal_bytes", "Size of its write-ahead log")
        self.disk_free_bytes = gauge("wattdeck_disk_free_bytes", "Free on the disk of the data folder")
        self.disk_low = gauge("wattdeck_disk_low", "1 while less is free than low_disk_bytes")
        self.forgotten = counter("wattdeck_forgotten_rows", "Rows deleted because of their age, by kind", "kind")
        self.buffered = gauge("wattdeck_buffer_values", "Meter values acknowledged on receipt and not stored yet")
        self.buffer_flushes = counter("wattdeck_buffer_flushes", "Times the buffer was written, by reason", "reason")
        self.buffer_flush_values = histogram("wattdeck_buffer_flush_values", "Meter values in one flush", _BATCH)
        self.waiting_rows = gauge("wattdeck_store_waiting_rows", "Rows and calls that wait for the writer")
        self.store_in_trouble = gauge("wattdeck_store_in_trouble", "1 while the database cannot be written")
        self.store_troubles = counter("wattdeck_store_troubles", "Times that began in which it could not be", "kind")
        self.store_trouble_s = counter("wattdeck_store_trouble_seconds", "How long these lasted together")
        self.store_held = counter("wattdeck_store_held", "Pieces of work whose commit had to be tried again")
        self.store_held_back = counter("wattdeck_store_held_back", "Pieces of work that waited to be handed in")
        self.store_refused = counter("wattdeck_store_refused", "Pieces of work refused after waiting too long")
        self.dropped = counter("wattdeck_dropped", "What was let go because something was full, by reason", "reason")
        self.findings = counter("wattdeck_findings", "Deviations from the standard seen, by kind", "kind")
        self.commands = counter("wattdeck_commands", "Commands by final state", "state")
        self.policy_failures = counter(
            "wattdeck_policy_failures", "Decisions an application's policy did not take, by reason", "policy", "reason"
        )
        self.browsers = gauge("wattdeck_live_clients", "Live streams open now")
        self.live_messages = counter("wattdeck_live_messages", "Messages handed to live streams")
        self.rollups_folded = counter("wattdeck_rollups_folded", "Rollups that were stored anew")
        self.fold_s = histogram("wattdeck_fold_seconds", "One step of folding rollups", _LATENCY_S)
        self.rollups_waiting = gauge("wattdeck_rollups_waiting", "Hours of series that are to be folded")
        self.alerts_firing = gauge("wattdeck_alerts_firing", "Alerts that are raised now")
        self.alerts_lag = gauge("wattdeck_alerts_lag_seconds", "How late alert rules look at what has happened")
        self.alerts_evaluated_s = counter("wattdeck_alerts_evaluated_seconds", "Time spent looking")
        self.deliveries = counter(
            "wattdeck_alert_deliveries", "Attempts to tell of alerts, by outcome", "kind", "state"
        )
        self.delivery_s = histogram("wattdeck_alert_delivery_seconds", "One attempt to tell of alerts", _LATENCY_S)
        self.deliveries_waiting = gauge("wattdeck_alert_deliveries_waiting", "Messages about alerts still to go out")
        self.job_failures = counter("wattdeck_job_failures", "Periodic jobs that failed, by name", "job")

    def page(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)


def _makers(registry: CollectorRegistry):  # type: ignore[no-untyped-def]
    def counter(name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=registry)

    def gauge(name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=registry)

    def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, text, registry=registry, buckets=buckets)

    return counter, gauge, histogram


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A structured logger over the standard one of that name: the application decides what becomes of it."""
    wrapped: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return wrapped

"""The tables. Times are milliseconds since 1970 in UTC; energies Wh; words as the standard spells them."""

from wattdeck.store.tables.alerts import (
    alert_changes,
    alert_channels,
    alert_deliveries,
    alert_delivery_alerts,
    alert_rules,
    alerts,
    silences,
)
from wattdeck.store.tables.charge_points import (
    charge_points,
    connections,
    connectors,
    findings,
    messages,
    quarantine,
    status_history,
)
from wattdeck.store.tables.charging import (
    charging_profiles,
    installed_profiles,
    local_list_entries,
    local_lists,
    reservations,
    tags,
    unknown_tags,
)
from wattdeck.store.tables.commands import bulk_command_items, bulk_commands, commands, idempotency_keys
from wattdeck.store.tables.files import (
    certificate_requests,
    file_jobs,
    file_reports,
    firmware,
    installed_certificates,
    security_events,
)
from wattdeck.store.tables.layout import metadata
from wattdeck.store.tables.metering import (
    flag_changes,
    late_readings,
    samples,
    samples_head,
    series,
    sessions,
    text_values,
)
from wattdeck.store.tables.people import audit, secrets, tokens, users
from wattdeck.store.tables.rollups import rollups, stale_rollups

__all__ = [
    "alert_changes",
    "alert_channels",
    "alert_deliveries",
    "alert_delivery_alerts",
    "alert_rules",
    "alerts",
    "audit",
    "bulk_command_items",
    "bulk_commands",
    "certificate_requests",
    "charge_points",
    "charging_profiles",
    "commands",
    "connections",
    "connectors",
    "file_jobs",
    "file_reports",
    "findings",
    "firmware",
    "flag_changes",
    "idempotency_keys",
    "installed_certificates",
    "installed_profiles",
    "late_readings",
    "local_list_entries",
    "local_lists",
    "messages",
    "metadata",
    "quarantine",
    "reservations",
    "rollups",
    "samples",
    "samples_head",
    "secrets",
    "security_events",
    "series",
    "sessions",
    "silences",
    "stale_rollups",
    "status_history",
    "tags",
    "text_values",
    "tokens",
    "unknown_tags",
    "users",
]

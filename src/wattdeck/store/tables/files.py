"""Firmware, uploads, certificates, and what charge points report about their own safety."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger, String, Table, Text

from wattdeck.store.tables.layout import Id, metadata

# Firmware updates, diagnostics and log uploads.
file_jobs = Table(
    "file_jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("kind", String(16), nullable=False),  # firmware, diagnostics, log
    Column("state", String(16), nullable=False),
    Column("status", Text),  # the last word the charge point reported
    Column("command_id", BigInteger),
    Column("request_id", BigInteger),
    Column("log_type", String(16)),
    Column("firmware_id", BigInteger),
    Column("location", Text, nullable=False),  # secrets blanked
    Column("file_name", Text),  # what the charge point calls it; never a path of ours
    Column("link_hash", String(64), unique=True),  # of the token in our own link; none once it is spent
    Column("link_expires_at", BigInteger),
    Column("has_link", SmallInteger, nullable=False),
    Column("has_file", SmallInteger, nullable=False),
    Column("bytes_received", BigInteger, nullable=False),
    Column("error", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # when the charge point is to begin
    Column("fetched_at", BigInteger),
    Column("started_at", BigInteger),
    Column("reported_at", BigInteger),
    Column("finished_at", BigInteger),
    Index("file_jobs_by_charge_point", "charge_point_id", "id"),
    Index("file_jobs_by_command", "command_id"),
    Index("file_jobs_by_state", "state"),
    sqlite_autoincrement=True,  # the number names the file on the disk
)

# Firmware that charge points can be told to fetch; the file itself lies in the data folder.
firmware = Table(
    "firmware",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_at", BigInteger, nullable=False),
    Column("uploaded_by", Text),
    sqlite_autoincrement=True,  # the number names the file on the disk
)

# Every status reported about a file, also those that belong to no job.
file_reports = Table(
    "file_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("job_id", BigInteger),
    Column("kind", String(16), nullable=False),
    Column("status", Text, nullable=False),
    Column("request_id", BigInteger),
    Column("at", BigInteger, nullable=False),
    Index("file_reports_by_job", "job_id", "id"),
)

security_events = Table(
    "security_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("type", Text, nullable=False),
    Column("critical", SmallInteger, nullable=False),
    Column("tech_info", Text),
    Column("taken_at", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("security_events_by_charge_point", "charge_point_id", "id"),
    Index("security_events_by_time", "charge_point_id", "taken_at"),
)

certificate_requests = Table(
    "certificate_requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), nullable=False),
    Column("charge_point", String(255), nullable=False),
    Column("csr", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("common_name", Text),
    Column("received_at", BigInteger, nullable=False),
    Column("decided_at", BigInteger),
    Column("decided_by", Text),
    Column("command_id", BigInteger),
    Column("certificate", Text),  # what was signed, PEM
    Column("serial_number", String(64)),
    Column("expires_at", BigInteger),
    Index("certificate_requests_by_charge_point", "charge_point_id", "id"),
    Index("certificate_requests_by_command", "command_id"),
)

# Root certificates that charge points are believed to have.
installed_certificates = Table(
    "installed_certificates",
    metadata,
    Column("charge_point_id", ForeignKey("charge_points.id", ondelete="CASCADE"), primary_key=True),
    Column("certificate_type", String(32), primary_key=True),
    Column("hash_algorithm", String(8), primary_key=True),
    Column("issuer_name_hash", String(128), primary_key=True),
    Column("issuer_key_hash", String(128), primary_key=True),
    Column("serial_number", String(40), primary_key=True),
    Column("subject", Text),
    Column("expires_at", BigInteger),
    Column("certificate", Text),  # PEM, where it was sent from here
    Column("learnt_at", BigInteger, nullable=False),
)

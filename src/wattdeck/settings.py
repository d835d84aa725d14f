"""One Settings record: command line over WATTDECK_* environment over TOML file over default."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from wattdeck.domain.addresses import is_protected
from wattdeck.domain.buckets import existing_zone
from wattdeck.domain.retention import LONGEST_DAYS, Keep, check_measurands, check_order


class Settings(BaseSettings):
    """Everything that can be set. Durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="WATTDECK_", extra="forbid", env_nested_delimiter="__")

    data: Path = Field(Path("wattdeck-data"), description="folder of the database; made if missing")
    host: str = Field("0.0.0.0", description="address both ports listen on")  # noqa: S104 - charge points come from outside
    http_port: int = Field(8080, ge=0, le=65535, description="dashboard, API, live streams (and OCPP at /ocpp/)")
    ocpp_port: int = Field(9000, ge=0, le=65535, description="charge points: ws://host:port/ocpp/<identifier>")
    ocpp_tls_port: int = Field(
        9443, ge=0, le=65535, description="charge points over TLS: wss://host:port/ocpp/<identifier>"
    )
    tls_certificate: Path | None = Field(
        None, description="PEM file: our certificate and its chain; opens the TLS port"
    )
    tls_key: Path | None = Field(None, description="PEM file: its private key, if not in the same file")
    tls_client_ca: Path | None = Field(
        None, description="PEM file: who signs charge points' certificates (security profile 3)"
    )
    admin_password: SecretStr | None = Field(
        None, description="password of the user `admin`; made and printed if unset"
    )
    api_key: SecretStr | None = Field(None, description="a first API key with the rights of an admin")
    unknown_charge_points: Literal["refuse", "pending", "accept"] = Field(
        "refuse", description="what becomes of a charge point nobody registered"
    )
    unknown_tags: Literal["accept", "refuse"] = Field("refuse", description="id tags that are in no list")
    authorize_timeout_s: float = Field(10, gt=0, le=60, description="time the application's authorize policy has")
    authorize_fallback: Literal["list", "accept", "refuse"] = Field(
        "list", description="who decides about a tag where that policy fails or is too slow"
    )
    time_zone: str = Field("UTC", description="IANA name; where a day begins")
    gap_s: float = Field(
        1200, gt=0, le=86_400, description="a value holds until the next one of its series, so long at most"
    )
    heartbeat_interval_s: int = Field(300, ge=10, le=86400, description="asked of charge points at boot")
    ping_interval_s: float = Field(25, gt=0, description="idle time after which a charge point is pinged")
    probe_silent: bool = Field(
        False, description="ask a charge point that is silent for too long for a heartbeat before it is given up"
    )
    recycle_deaf: bool = Field(False, description="close the connection of one that sends and answers no command")
    command_hold_s: float = Field(
        10, ge=0, description="after a connect, commands wait for its first message to be answered, so long at most"
    )
    spread_heartbeats: bool = Field(
        True, description="heartbeat intervals differ by up to a tenth, so that they do not all come at once"
    )
    lease_s: float = Field(75, gt=1, description="a connection not renewed for so long counts as offline")
    command_timeout_s: float = Field(60, gt=0, description="time a charge point has to answer a command")
    command_expiry_s: float = Field(600, gt=0, description="time a command may wait to be sent, behind others")
    session_available_s: float = Field(
        300,
        gt=0,
        description="a session ends when its connector has been Available for so long",
    )
    session_reboot_s: float = Field(1800, gt=0, description="and when nothing was heard of it for so long after a boot")
    session_silent_s: float = Field(
        86_400, gt=0, description="and when nothing was heard of it for so long while its charge point was connected"
    )
    session_away_s: float = Field(
        604_800,
        gt=0,
        description="and when its charge point was away, or its connector only says Charging, so long",
    )
    offline_commands: Literal["refuse", "queue"] = Field(
        "refuse", description="a command to a charge point that is away: refused at once, or kept until it is back"
    )
    kept_command_expiry_s: float = Field(
        86_400, gt=0, le=2_592_000, description="how long a command is kept for a charge point that is away"
    )
    kept_command_delay_s: float = Field(
        30, ge=0, description="connection without a boot after which what was kept for a charge point is sent"
    )
    guest_timeout_s: float = Field(
        10, gt=0, le=60, description="time an application's handlers and its `register` have for an answer"
    )
    linger_s: float = Field(0.01, ge=0, le=1, description="least time between two group commits under load")
    meter_ack: Literal["committed", "received"] = Field(
        "committed",
        description="meter values are acknowledged once they are committed, or at once and written together",
    )
    buffer_values: int = Field(
        100, ge=1, le=100_000, description="with `received`: fewer than so many are acknowledged and not stored"
    )
    buffer_s: float = Field(30, gt=0, le=3600, description="with `received`: none waits longer to be written")
    write_hold_s: float = Field(
        20,
        gt=0,
        le=300,
        description="how long an answer waits where the database cannot be written; then the line is cut",
    )
    frame_limit_bytes: int = Field(1_048_576, ge=65_536, description="larger frames close the connection (1009)")
    connection_queue: int = Field(64, ge=1, description="frames a connection may have waiting before reading stops")
    log_frames: bool = Field(True, description="keep the raw frame log")
    keep_frames_days: float = Field(7, gt=0, le=LONGEST_DAYS, description="how long frames stay in that log")
    frames_limit_bytes: int = Field(
        2_147_483_648, ge=1_048_576, description="the oldest frames go when the log is larger, about"
    )
    keep_samples_days: float = Field(7, ge=1, le=LONGEST_DAYS, description="how long meter values stay as they came")
    keep_minutes_days: float = Field(2, gt=0, le=LONGEST_DAYS, description="how far back they are shown by the minute")
    keep_hours_days: float = Field(30, ge=1, le=LONGEST_DAYS, description="how long they stay by the hour")
    keep_days_days: float = Field(365, ge=1, le=LONGEST_DAYS, description="how long they stay by the day")
    keep_samples_days_of: dict[str, float] = Field(
        default_factory=dict, description="measurands whose meter values stay longer or shorter"
    )
    keep_hours_days_of: dict[str, float] = Field(default_factory=dict, description="the same for their hours")
    keep_days_days_of: dict[str, float] = Field(default_factory=dict, description="the same for their days")
    keep_statuses_days: float = Field(
        365, ge=1, le=LONGEST_DAYS, description="how long the status history reaches back"
    )
    keep_commands_days: float = Field(365, ge=31, le=LONGEST_DAYS, description="how long commands and results are kept")
    keep_sessions_days: float | None = Field(
        None, ge=1, le=LONGEST_DAYS, description="how long sessions that ended, and their signed values, are kept"
    )
    keep_alerts_days: float = Field(
        365, ge=1, le=LONGEST_DAYS, description="how long alerts that ended, and their timelines, are kept"
    )
    keep_audit_days: float = Field(365, ge=1, le=LONGEST_DAYS, description="how long it is kept who changed what")
    alerts_grace_s: float = Field(
        180,
        ge=0,
        le=3600,
        description="after a start, time charge points have to come back before they count as silent",
    )
    acknowledge_link_s: float = Field(
        259_200, ge=60, le=31_536_000, description="how long links by which alerts are taken up stay good"
    )
    low_disk_bytes: int = Field(
        1_073_741_824, ge=0, description="with less free on the disk of the data folder there are warnings"
    )
    sign_certificates: Literal["manual", "automatic", "off"] = Field(
        "manual", description="charge points' signing requests: signed when approved, at once, or refused"
    )
    certificate_days: float = Field(365, gt=0, le=3650, description="how long certificates that we sign are valid")
    public_url: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="where charge points reach the HTTP port, for links to files"
    )
    file_link_s: float = Field(86_400, gt=0, description="how long a link for an upload or a firmware stays good")
    upload_limit_bytes: int = Field(104_857_600, ge=1, description="a larger file is not taken")
    keep_files_days: float = Field(30, gt=0, description="how long uploaded diagnostics and logs are kept")
    files_limit_bytes: int = Field(2_147_483_648, ge=0, description="the oldest go when they are more together")
    keep_security_events_days: float = Field(365, gt=0, description="how long security events are kept")
    keep_connections_days: float = Field(
        30, gt=0, description="how long the history of connections and the quarantine reach back"
    )
    oidc_issuer: str | None = Field(
        None, max_length=255, description="people log in at this OpenID Connect provider, too (extra oidc)"
    )
    oidc_client_id: str | None = Field(None, description="as what the provider knows us")
    oidc_client_secret: SecretStr | None = Field(None, description="our secret there; none: a public client")
    oidc_callback_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+/api/v1/oidc/callback$",
        description="where the provider sends people back to; by default below the address they came by",
    )
    oidc_scopes: list[str] = Field(["openid", "profile"], description="what the provider is asked for")
    oidc_name: str = Field("single sign-on", min_length=1, max_length=64, description="what the button is called")
    oidc_username_claim: str = Field("preferred_username", description="which claim is the user name here")
    oidc_groups_claim: str = Field(
        "groups", description="which claim names a person's groups; dots lead inside: realm_access.roles"
    )
    oidc_roles: dict[str, Literal["viewer", "operator", "admin"]] = Field(
        default_factory=dict, description="group: role; without any the roles are those given here to each user"
    )
    oidc_charge_points: dict[str, list[str]] = Field(
        default_factory=dict, description="group: patterns of the charge points it sees; `*` alone: all"
    )
    oidc_sites: dict[str, list[str]] = Field(default_factory=dict, description="group: sites it sees")
    oidc_unknown: Literal["refuse", "add"] = Field("refuse", description="people who are no users here yet")
    oidc_login_s: float = Field(
        43_200, ge=60, le=1_209_600, description="how long a log-in by the provider lasts before it is asked again"
    )
    oidc_timeout_s: float = Field(10, gt=0, le=60, description="time the provider has to answer")
    login_url: str | None = Field(
        None,
        pattern=r"^(https?://|/)[^\s\\]*$",
        description="where people of the application that wattdeck is part of log in; a button at our log-in",
    )
    public_origins: list[str] = Field(default_factory=list, description="further origins browsers may come from")
    secure_cookies: bool = Field(False, description="set where browsers reach us by https only")
    forwarded_allow_ips: str = Field("127.0.0.1", description="proxies whose X-Forwarded-* headers are believed")

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        return existing_zone(name)

    @field_validator("keep_samples_days_of", "keep_hours_days_of", "keep_days_days_of")
    @classmethod
    def _measurands_exist(cls, days: dict[str, float]) -> dict[str, float]:
        check_measurands(days)
        return days

    @model_validator(mode="after")
    def _finer_is_not_kept_longer(self) -> Self:
        check_order(self.keep)
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_can_be_asked(cls, issuer: str | None) -> str | None:
        if issuer is not None:
            if not is_protected(issuer):
                raise ValueError("an https:// address without query (http:// only on this machine)")
            if find_spec("authlib") is None:
                raise ValueError("this needs the extra oidc: pip install 'wattdeck[oidc]'")
        return issuer

    @model_validator(mode="after")
    def _provider_is_said_whole(self) -> Self:
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("oidc_issuer: there is no single sign-on without oidc_client_id")
        if self.oidc_issuer is not None and "openid" not in self.oidc_scopes:
            raise ValueError("oidc_scopes: openid must be among them")
        if not self.oidc_roles and (self.oidc_charge_points or self.oidc_sites or self.oidc_unknown == "add"):
            raise ValueError("oidc_charge_points, oidc_sites and oidc_unknown = add need oidc_roles")
        return self

    @property
    def keep(self) -> Keep:
        """How long what is stored stays."""
        return Keep(
            samples=self.keep_samples_days,
            hours=self.keep_hours_days,
            days=self.keep_days_days,
            samples_of=self.keep_samples_days_of,
            hours_of=self.keep_hours_days_of,
            days_of=self.keep_days_days_of,
            frames=self.keep_frames_days,
            frames_limit_bytes=self.frames_limit_bytes,
            statuses=self.keep_statuses_days,
            commands=self.keep_commands_days,
            sessions=self.keep_sessions_days,
            alerts=self.keep_alerts_days,
            audit=self.keep_audit_days,
        )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = settings_cls.model_config.get("toml_file")
        toml = (TomlConfigSettingsSource(settings_cls, file),) if file else ()
        return (init_settings, env_settings, *toml)


def load(file: Path | None, given: dict[str, Any]) -> Settings:
    """Settings from a TOML file, the environment and what was given explicitly (None: not given).

    Raises pydantic.ValidationError, pydantic_settings.SettingsError, OSError or tomllib.TOMLDecodeError.
    """
    given = {name: value for name, value in given.items() if value is not None}
    if file is None:
        return Settings(**given)
    file.open("rb").close()  # a missing file is an error here, not an empty one

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=file)

    return FromFile(**given)

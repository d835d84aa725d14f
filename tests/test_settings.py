"""Settings: given over environment over file over default; what cannot be is refused with a reason."""

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from wattdeck.settings import Settings, load


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WATTDECK_{name.upper()}", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wattdeck.toml"
    path.write_text('http_port = 8181\ntime_zone = "Europe/Berlin"\npublic_origins = ["https://a.example"]\n')
    return path


def complaint(**given: Any) -> str:
    with pytest.raises((ValidationError, SettingsError)) as caught:
        load(None, given)
    return str(caught.value)


def test_everything_has_a_default_but_nobody_is_let_in_by_it():
    settings = load(None, {})
    assert (settings.unknown_charge_points, settings.unknown_tags) == ("refuse", "refuse")
    assert (settings.admin_password, settings.api_key) == (None, None)


def test_a_file_is_read(file: Path):
    settings = load(file, {})
    assert (settings.http_port, settings.zone.key) == (8181, "Europe/Berlin")
    assert settings.public_origins == ["https://a.example"]


def test_the_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTDECK_HTTP_PORT", "8282")
    assert load(file, {}).http_port == 8282


def test_what_is_given_goes_before_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTDECK_HTTP_PORT", "8282")
    assert load(file, {"http_port": 8383}).http_port == 8383


def test_what_is_given_as_none_is_not_given(file: Path):
    assert load(file, {"http_port": None}).http_port == 8181


def test_a_file_serves_one_central_system_only(file: Path):
    load(file, {})
    assert load(None, {}).http_port == 8080


def test_lists_come_as_json_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTDECK_PUBLIC_ORIGINS", '["https://a.example","https://b.example"]')
    assert load(None, {}).public_origins == ["https://a.example", "https://b.example"]


def test_a_list_that_is_no_json_is_refused_like_any_other_wrong_value(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTDECK_PUBLIC_ORIGINS", "https://a.example")
    assert "public_origins" in complaint()


@pytest.mark.parametrize("policy", ["refuse", "pending", "accept"])
def test_unknown_charge_points_are_met_by_policy(monkeypatch: pytest.MonkeyPatch, policy: str):
    monkeypatch.setenv("WATTDECK_UNKNOWN_CHARGE_POINTS", policy)
    assert load(None, {}).unknown_charge_points == policy


@pytest.mark.parametrize(
    "given",
    [
        {"http_port": 70_000},
        {"ocpp_port": -1},
        {"unknown_charge_points": "maybe"},
        {"heartbeat_interval_s": 0},
        {"lease_s": 0},
        {"linger_s": 2},
        {"connection_queue": 0},
        {"frame_limit_bytes": 10},
        {"time_zone": "Middle/Earth"},
        {"time_zone": ""},
        {"time_zone": "../../etc/passwd"},
        {"no_such_setting": 1},
        {"oidc_issuer": "http://elsewhere.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://user@elsewhere.example", "oidc_client_id": "x"},
        {"oidc_issuer": "https://login.example"},
        {"oidc_roles": {"ops": "king"}},
        {"oidc_charge_points": {"ops": ["*"]}},
        {"oidc_unknown": "add"},
        {"oidc_scopes": ["email"], "oidc_issuer": "https://login.example", "oidc_client_id": "x"},
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(given: dict[str, Any]):
    assert next(iter(given)) in complaint(**given)


def test_a_wrong_time_zone_is_told_with_an_example():
    assert "'Middle/Earth' is no IANA time zone (Europe/Berlin is one)" in complaint(time_zone="Middle/Earth")


def test_an_unknown_setting_in_a_file_is_refused(file: Path):
    file.write_text("htp_port = 8181\n")
    with pytest.raises(ValidationError, match="htp_port"):
        load(file, {})


def test_a_file_that_is_missing_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.toml", {})


def test_a_file_that_is_no_toml_is_an_error(file: Path):
    file.write_text("http_port: 8181\n")
    with pytest.raises(tomllib.TOMLDecodeError):
        load(file, {})


def test_secrets_are_not_shown():
    secrets = {"admin_password": "sesame-1", "api_key": "sesame-2", "oidc_client_secret": "sesame-3"}
    settings = load(None, secrets)
    assert "sesame" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sesame-2"


@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - {"keep_frames_days"}))
def test_each_setting_says_what_it_is(name: str):
    assert Settings.model_fields[name].description


def test_the_setting_of_the_frame_log_says_what_it_is():
    assert Settings.model_fields["keep_frames_days"].description


def test_a_lease_outlives_the_pings_that_renew_it():
    settings = load(None, {})
    assert settings.lease_s >= 2 * settings.ping_interval_s


def test_days_of_single_measurands_come_from_the_file_and_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "wattdeck.toml"
    path.write_text('keep_samples_days_of = { Voltage = 2, "Energy.Active.Import.Register" = 30 }\n')
    assert load(path, {}).keep_samples_days_of == {"Voltage": 2, "Energy.Active.Import.Register": 30}
    monkeypatch.setenv("WATTDECK_KEEP_SAMPLES_DAYS_OF", '{"SoC": 1}')
    assert load(path, {}).keep.of("samples", "SoC") == 1


def test_a_measurand_that_is_none_and_days_that_do_not_go_together_are_refused():
    assert "there is no measurand 'Volts'" in complaint(keep_samples_days_of={"Volts": 2})
    assert "keep_samples_days is 60, more than keep_hours_days (30)" in complaint(keep_samples_days=60)


def test_a_provider_needs_the_extra_that_speaks_to_it(monkeypatch: pytest.MonkeyPatch):
    given = {"oidc_issuer": "https://login.example", "oidc_client_id": "x"}
    assert load(None, given).oidc_issuer == "https://login.example"
    monkeypatch.setitem(sys.modules, "authlib", None)  # as where it is not installed
    assert "pip install 'wattdeck[oidc]'" in complaint(**given)

"""A charge point's configuration keys (OCPP 1.6 §9): values with their type and whether they may be written."""

from dataclasses import dataclass, replace
from typing import Any

from wattdeck.simulator.meter import Supply
from wattdeck.simulator.voice16 import AC_MEASURANDS, DC_MEASURANDS

_FEATURES = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its value as text, its type, whether it can be written and whether that wants a reboot."""

    value: str
    kind: str = "text"
    readonly: bool = False
    reboot: bool = False
    secret: bool = False  # written and never read


class Configuration:
    """The key table of one charge point. Names are compared without regard to case, as CiString wants."""

    def __init__(self, supply: Supply, connectors: int, interval_s: float) -> None:
        self.measurands: tuple[str, ...] = DC_MEASURANDS if supply.is_dc else AC_MEASURANDS
        rotation = ",".join(
            f"{number}.{'RST' if supply.phases == 3 else 'NotApplicable'}" for number in range(connectors + 1)
        )
        self._keys = {
            "AllowOfflineTxForUnknownId": Key("true", "bool"),
            "AuthorizationCacheEnabled": Key("false", "bool"),
            "AuthorizationKey": Key("", "password", secret=True),
            "AuthorizeRemoteTxRequests": Key("false", "bool"),
            "ClockAlignedDataInterval": Key("0", "int"),
            "ConnectionTimeOut": Key("60", "int"),
            "ConnectorPhaseRotation": Key(rotation),
            "GetConfigurationMaxKeys": Key("50", "int", readonly=True),
            "HeartbeatInterval": Key("300", "int"),
            "LightIntensity": Key("80", "int"),
            "LocalAuthorizeOffline": Key("true", "bool"),
            "LocalPreAuthorize": Key("false", "bool"),
            "MeterValuesAlignedData": Key("", "csl"),
            "MeterValuesSampledData": Key(",".join(self.measurands), "csl"),
            "MeterValueSampleInterval": Key(f"{interval_s:g}", "int"),
            "NumberOfConnectors": Key(str(connectors), "int", readonly=True),
            "ResetRetries": Key("1", "int"),
            "StopTransactionOnEVSideDisconnect": Key("true", "bool"),
            "StopTransactionOnInvalidId": Key("true", "bool"),
            "StopTxnAlignedData": Key("", "csl"),
            "StopTxnSampledData": Key(",".join(self.measurands), "csl"),
            "SupportedFileTransferProtocols": Key("HTTP,HTTPS", "text", readonly=True),
            "CertificateStoreMaxLength": Key("10", "int", readonly=True),
            "CpoName": Key("wattdeck"),
            "SupportedFeatureProfiles": Key(_FEATURES, "text", readonly=True),
            "TransactionMessageAttempts": Key("3", "int"),
            "TransactionMessageRetryInterval": Key("10", "int"),
            "UnlockConnectorOnEVSideDisconnect": Key("true", "bool"),
            "WebSocketPingInterval": Key("60", "int", reboot=True),
            "LocalAuthListEnabled": Key("true", "bool"),
            "LocalAuthListMaxLength": Key("500", "int", readonly=True),
            "SendLocalListMaxLength": Key("100", "int", readonly=True),
            "ReserveConnectorZeroSupported": Key("true", "bool", readonly=True),
            "ChargeProfileMaxStackLevel": Key("10", "int", readonly=True),
            "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power", "text", readonly=True),
            "ChargingScheduleMaxPeriods": Key("24", "int", readonly=True),
            "MaxChargingProfilesInstalled": Key("20", "int", readonly=True),
        }
        self._names = {name.lower(): name for name in self._keys}

    def text(self, name: str) -> str:
        return self._keys[name].value

    def number(self, name: str) -> float:
        return float(self._keys[name].value)

    def is_on(self, name: str) -> bool:
        return self._keys[name].value == "true"

    def names(self, name: str) -> tuple[str, ...]:
        """The items of a comma-separated list."""
        return tuple(item for item in self._keys[name].value.split(",") if item)

    def also_sample(self, measurand: str) -> None:
        """One more among the sampled data of sessions."""
        if measurand not in self.measurands:
            self.measurands = (*self.measurands, measurand)
            for name in ("MeterValuesSampledData", "StopTxnSampledData"):
                self.set(name, ",".join(self.measurands))

    def set(self, name: str, value: str) -> None:
        """Write a key from inside; the name must exist."""
        old = self._keys[name]
        self._keys[name] = replace(old, value=value)

    def read(self, wanted: list[Any]) -> dict[str, Any]:
        """GetConfiguration.conf: the keys asked for, all if none was; names we do not know apart."""
        known = [self._names.get(str(name).lower()) for name in wanted] if wanted else list(self._keys)
        known = [None if name is not None and self._keys[name].secret else name for name in known]
        unknown = [str(name) for name in wanted if str(name).lower() not in self._names]
        rows = [
            {"key": name, "readonly": self._keys[name].readonly, "value": self._keys[name].value}
            for name in known
            if name is not None
        ]
        answer: dict[str, Any] = {"configurationKey": rows}
        return {**answer, "unknownKey": unknown} if unknown else answer

    def change(self, wanted: str, value: str) -> str:
        """ChangeConfiguration: the word to answer; the key is written where that is Accepted or RebootRequired."""
        name = self._names.get(wanted.lower())
        if name is None:
            return "NotSupported"
        key = self._keys[name]
        text = _mend(key.kind, value, self.measurands)
        if key.readonly or text is None:
            return "Rejected"
        self.set(name, text)
        return "RebootRequired" if key.reboot else "Accepted"


def _mend(kind: str, value: str, measurands: tuple[str, ...]) -> str | None:
    """The value as it is stored, None where it does not suit the key's type."""
    if kind == "int":
        return value.strip() if value.strip().isdecimal() else None
    if kind == "bool":
        return value.strip().lower() if value.strip().lower() in ("true", "false") else None
    if kind == "csl":
        items = [item.strip() for item in value.split(",") if item.strip()]
        return ",".join(items) if all(item in measurands for item in items) else None
    if kind == "password":
        # 16 to 20 bytes as hexadecimal digits (security white paper §7.2); some central systems send the bytes
        return value if 16 <= len(value) <= 40 else None
    return value

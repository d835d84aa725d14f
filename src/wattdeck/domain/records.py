"""What every record of the house is made of, and the one place that turns records into JSON and back."""

from typing import Any

import msgspec

Record = msgspec.Struct
replace = msgspec.structs.replace
as_dict = msgspec.structs.asdict

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()

InvalidJson = msgspec.DecodeError


def to_json(value: Any) -> bytes:
    """Compact JSON of a record or of plain values; aware UTC times end in Z."""
    return _encoder.encode(value)


def from_json(text: str | bytes) -> Any:
    """Plain values from JSON. Raises InvalidJson."""
    return _decoder.decode(text)

"""Words that a filter may have: what would never find anything is refused, and those that can be are named."""

from collections.abc import Collection
from typing import Annotated, Literal

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from wattdeck.api.house import ApiHouse, House
from wattdeck.domain.connectors import STATUSES
from wattdeck.domain.meter_values import CONTEXTS, MEASURANDS, PHASES
from wattdeck.store import series


def one_of(words: Collection[str]) -> AfterValidator:
    """Refuses, as a Literal does, what is none of these."""

    def check(word: str) -> str:
        if word not in words:
            raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": either(words)})
        return word

    return AfterValidator(check)


def either(words: Collection[str]) -> str:
    """`'a', 'b' or 'c'`."""
    *most, last = map(repr, words)
    return f"{', '.join(most)} or {last}" if most else last


def unfit(name: str, what: str) -> RequestValidationError:
    """What is said of a query parameter that only the house can judge."""
    return RequestValidationError([{"type": "value_error", "loc": ("query", name), "msg": what}])


Status = Annotated[str, one_of(STATUSES), Field(json_schema_extra={"enum": [*STATUSES]})]
Context = Annotated[
    Annotated[str, one_of(CONTEXTS), Field(json_schema_extra={"enum": [*CONTEXTS]})] | None,
    Query(description="why they were taken"),
]


async def _measurand(
    house: House,
    measurand: Annotated[
        str | None, Query(max_length=100, description="as OCPP spells it, or as a charge point has sent it")
    ] = None,
) -> str | None:
    return await _measured(house, "measurand", MEASURANDS, measurand)


async def _phase(
    house: House,
    phase: Annotated[str | None, Query(max_length=10, description="`L1`, `L1-N`, …; empty: those without one")] = None,
) -> str | None:
    return phase and await _measured(house, "phase", PHASES, phase)


async def _measured(
    house: ApiHouse, name: Literal["measurand", "phase"], words: Collection[str], word: str | None
) -> str | None:
    """The word, where it is one of OCPP's or a charge point has sent it: words that are new are kept as they come."""
    if word is None or word in words or await house.store.read(lambda c: series.is_there(c, name, word)):
        return word
    raise unfit(name, f"Input should be {either(words)}, or what a charge point has sent")


Measurand = Annotated[str | None, Depends(_measurand)]
Phase = Annotated[str | None, Depends(_phase)]

"""Findings: what a charge point does that the standard does not say, counted per kind with one example."""

from wattdeck.domain.records import Record


class Finding(Record, frozen=True):
    """`kind` is a short stable word, `example` the frame or value that showed it."""

    kind: str
    example: str

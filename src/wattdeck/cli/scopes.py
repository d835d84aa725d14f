"""What `users` and `keys` share: which charge points somebody may see, as options and in words."""

from typing import Annotated, Any

import typer

ChargePoints = Annotated[
    list[str] | None,
    typer.Option("--charge-point", help="Sees those whose identifier fits: CP-1, DEPOT-*. Several times."),
]
Sites = Annotated[list[str] | None, typer.Option("--site", help="Sees those of this site. Several times.")]
Role = Annotated[str, typer.Option(help="viewer, operator or admin.")]
AsJson = Annotated[bool, typer.Option("--json", help="The answer as it is.")]


def scope_body(charge_points: list[str] | None, sites: list[str] | None) -> dict[str, list[str]] | None:
    """As the API takes it; None where neither was given."""
    if not charge_points and not sites:
        return None
    return {"charge_points": charge_points or [], "sites": sites or []}


def in_words(scope: dict[str, Any] | None) -> str:
    if scope is None:
        return "all"
    return ", ".join([*scope["charge_points"], *(f"site {site}" for site in scope["sites"])])

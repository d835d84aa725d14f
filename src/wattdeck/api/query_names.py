"""The names that a request's query may have: those that its route knows. A filter that is misspelt would be none."""

from collections.abc import Iterator
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from wattdeck.api.columns import shape_of

FORMAT = "format"  # of a list, as a file


def parameters(dependant: Any) -> Iterator[Any]:
    """The query parameters of a route, those of what it depends on among them."""
    yield from dependant.query_params
    for each in dependant.dependencies:
        yield from parameters(each)


def check(request: Request) -> None:
    """Raises RequestValidationError for names that the route does not know; one that is not documented takes any."""
    route = request.scope["route"]
    if not request.scope["query_string"] or not route.include_in_schema:
        return
    known = {one.alias for one in parameters(route.dependant)}
    if "GET" in route.methods and shape_of(route.response_model) is not None:
        known.add(FORMAT)
    what = f"no such parameter; there are {', '.join(sorted(known)) or 'none here'}"
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": ("query", one), "msg": what} for one in unknown]
        )

"""Where the routes of the API live: below /api/v1; what can go wrong with each of them is described there."""

from typing import Any

from fastapi import APIRouter

from wattdeck.api.paths import PREFIX
from wattdeck.api.problems import DOCUMENTED


def v1_router(prefix: str = "", **options: Any) -> APIRouter:
    """A router of whole paths. Included in another one instead, each of its routes would be made twice, and they are a
    quarter of what a server does until it serves.
    """
    return APIRouter(prefix=f"{PREFIX}{prefix}", responses={"4XX": DOCUMENTED, "5XX": DOCUMENTED}, **options)

"""The page behind a signed link, by which whoever was told of an alert takes it up without a log-in.

Reading it changes nothing: programs that look at links in mails do not take alerts up.
"""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from wattdeck.alerts.notify.links import Asked
from wattdeck.api.house import ApiHouse, House
from wattdeck.domain.alerts import FIRING, Alert, headline
from wattdeck.domain.errors import Conflict, NotFound
from wattdeck.store import alerts

router = APIRouter(include_in_schema=False)
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>wattdeck</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;
color-scheme:light dark}}
button{{font:inherit;padding:.6rem 1.2rem}}</style><body><h1>{title}</h1><p>{text}</p>{form}</body></html>"""
_FORM = '<form method="post"><button>Take it up</button></form>'
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

Text = Annotated[str, Query(max_length=100)]


@router.get("/alerts/ack")
async def ask(
    house: House, alert: Text = "", channel: Text = "", until: Text = "", signature: Text = ""
) -> HTMLResponse:
    """What it is about, and a button."""
    asked = house.notices.asked(alert, channel, until, signature)
    found = _refused() if asked is None else await _find(house, asked)
    return found if isinstance(found, HTMLResponse) else _page("Take this alert up?", headline(found), form=_FORM)


@router.post("/alerts/ack")
async def take_up(
    house: House, alert: Text = "", channel: Text = "", until: Text = "", signature: Text = ""
) -> HTMLResponse:
    """Somebody pressed the button."""
    asked = house.notices.asked(alert, channel, until, signature)
    if asked is None:
        return _refused()
    found = await _find(house, asked)
    if isinstance(found, HTMLResponse):
        return found
    try:
        taken = await house.watch.acknowledge(asked.alert_id, f"link ({asked.channel})", None)
    except (NotFound, Conflict) as error:
        return _page("Not possible", str(error), 409)
    return _page("It is yours", headline(taken))


async def _find(house: ApiHouse, asked: Asked) -> Alert | HTMLResponse:
    """The alert, if it is still to be taken up; else the page that says what it is."""
    found = await house.store.read(lambda connection: alerts.get(connection, asked.alert_id))
    if found is None:
        return _page("No such alert", "It is not kept any more.", 404)
    if found.state != FIRING:
        by = f" by {found.acknowledged_by}" if found.acknowledged_by else ""
        return _page(f"It is {found.state}{by}", headline(found))
    return found


def _refused() -> HTMLResponse:
    return _page("This link is not good", "It is too old, or not whole.", 403)


def _page(title: str, text: str, status: int = 200, form: str = "") -> HTMLResponse:
    page = _PAGE.format(title=escape(title), text=escape(text), form=form)
    return HTMLResponse(page, status, _HEADERS)

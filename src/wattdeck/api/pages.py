"""The dashboard's built files, the browser client for pages of one's own, and the offline API docs."""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, Response

from wattdeck.api.paths import prefix_of

STATIC = Path(__file__).with_name("static")
DASHBOARD = STATIC / "dashboard"
CLIENT = STATIC / "client"
BESIDE = ("api/", "ocpp/")  # where no pages are
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>wattdeck</title>
<body><h1>wattdeck</h1><p>The dashboard is not built: run <code>make setup</code>.
The API works: see <a href="docs">docs</a>.</p></body></html>"""
_YEAR = "public, max-age=31536000, immutable"
_COMPRESSED = {"br": ".br", "gzip": ".gz"}  # by dashboard/scripts/compress.mjs; the better one first
_VARY = {"Vary": "Accept-Encoding"}

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """The API's documentation; its files come from here, not from the Internet."""
    root = prefix_of(request.scope)
    return get_swagger_ui_html(
        openapi_url=f"{root}/openapi.json",
        title="wattdeck API",
        swagger_js_url=f"{root}/docs/swagger-ui-bundle.js",
        swagger_css_url=f"{root}/docs/swagger-ui.css",
        swagger_favicon_url=f"{root}/docs/favicon-32x32.png",
        # a page that begins with what there is: so many calls cannot be looked over, and are slow to draw
        swagger_ui_parameters={"docExpansion": "none"},
    )


@router.get("/docs/{name}")
async def docs_file(name: str, request: Request) -> Response:
    return _file(STATIC / "docs", name, request) or _missing(name)


@router.get("/client/{name}")
async def client_file(name: str, request: Request) -> Response:
    """A module of clients/js, to be imported as it is: `import { connect } from "/client/index.js"`."""
    found = _file(CLIENT, name, request) or _missing(name)
    found.headers["Cache-Control"] = "no-cache"  # a newer server brings a newer client
    return found


@router.get("/{path:path}")
async def dashboard(path: str, request: Request) -> Response:
    """A file of the dashboard; for any other page its start, which shows what the path asks for."""
    if path.startswith(BESIDE):
        raise HTTPException(404, f"no such path: /{path[:200]}")
    found = _file(DASHBOARD, path, request)
    if found is not None:
        if path.startswith("assets/"):
            found.headers["Cache-Control"] = _YEAR  # their names change with their content
        return found
    if path.startswith("assets/") or ("." in path and "/" not in path):
        return _missing(path)  # a file; deeper paths are pages, and identifiers may have dots
    index = DASHBOARD / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT)
    root = prefix_of(request.scope)
    page = index.read_text("utf-8").replace('<base href="/"', f'<base href="{root}/"', 1)
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _file(folder: Path, name: str, request: Request) -> Response | None:
    """The file, as the build compressed it where the browser takes that; None where there is none."""
    try:
        path = (folder / name).resolve()
        found = path.is_relative_to(folder.resolve()) and path.is_file()
    except (ValueError, OSError):
        return None  # no file can have such a name
    if not found or path.name == "index.html":
        return None
    media_type = mimetypes.guess_type(path.name)[0]
    taken = encodings(request.headers.get("accept-encoding", ""))
    for encoding, ending in _COMPRESSED.items():
        packed = path.with_name(path.name + ending)
        if encoding in taken and packed.is_file():
            return FileResponse(packed, headers={"Content-Encoding": encoding, **_VARY}, media_type=media_type)
    return FileResponse(path, headers=_VARY, media_type=media_type)


def encodings(accepted: str) -> set[str]:
    """Those that a browser takes (RFC 9110 §12.5.3); `q=0` says that it does not."""
    named = (one.partition(";") for one in accepted.lower().split(","))
    return {name.strip() for name, _, weight in named if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")}


def _missing(name: str) -> Response:
    raise HTTPException(404, f"no such file: {name[:200]}")

"""Every list as CSV or Parquet: whole, with the same filters and rights, in columns that do not change."""

import csv
import io
import json
import re

import httpx2
import pyarrow.parquet
import pyarrow.types
import pytest

from tests.api.people import client, is_problem, key_of
from tests.api.story import SIGNED
from tests.stations import meter_values as meter_values_of
from tests.stations import sampled
from wattdeck.api import meter_values, parquet_files
from wattdeck.api.exports import Exports, exportable
from wattdeck.domain.records import replace

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAW = "charge-points/CP-1/meter-values"
LISTS = [
    *("charge-points", "charge-points/CP-1/connectors", "sessions", "charge-points/CP-1/sessions"),
    *(RAW, f"{RAW}/latest", "charge-points/CP-1/statistics", "charge-points/CP-1/commands"),
    *("charge-points/CP-1/connections", "charge-points/CP-1/messages", "charge-points/CP-2/findings"),
    *("charge-points/CP-1/status-history", "tags", "sites", "reservations", "security-events", "quarantine"),
    *("unknown-tags", "bulk-commands", "firmware", "storage/charge-points"),
    *("charge-points/CP-1/rollups", "energy"),
]
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\S+Z")


async def csv_of(house, path, **query):
    answer = await house.http.get(path, params={"format": "csv", **query})
    answer.raise_for_status()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


async def parquet_of(house, path, **query):
    answer = await house.http.get(path, params={"format": "parquet", **query})
    answer.raise_for_status()
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    return pyarrow.parquet.read_table(io.BytesIO(answer.content))


@pytest.mark.parametrize("path", LISTS)
async def test_a_file_has_the_items_of_the_list_and_its_fields_in_the_same_order(story, path):
    items = await story.items(path)
    rows = await csv_of(story.house, path)
    assert len(rows) == len(items)
    for item, row in zip(items, rows, strict=True):
        assert list(row) == list(item)
    table = await parquet_of(story.house, path)
    assert table.num_rows == len(items)


@pytest.mark.parametrize("path", LISTS)
async def test_times_are_timestamps_in_a_parquet_file(story, path):
    table, told = await parquet_of(story.house, path), await story.items(path)
    times = {name for item in told for name, said in item.items() if TIME.fullmatch(str(said))}
    assert {name for name in times if not pyarrow.types.is_timestamp(table.schema.field(name).type)} == set()


@pytest.mark.parametrize("path", LISTS)
async def test_an_empty_list_has_its_header_all_the_same(shared, path):
    await shared.post("charge-points", identifier="CP-1")
    await shared.post("charge-points", identifier="CP-2")
    answer = await shared.http.get(path, params={"format": "csv"})
    assert len(answer.text.splitlines()[0].split(",")) > 2


async def test_a_file_has_all_pages_one_after_the_other(story):
    whole = await csv_of(story.house, RAW)
    assert len(whole) > 20
    # the same application once more, behind the same mechanism with pages of two
    lists = [replace(one, page=2) for one in exportable(meter_values.router.routes)]
    small = Exports(story.house.central_system.asgi, lists)
    transport = httpx2.ASGITransport(app=small)
    headers = story.house.http.headers
    async with httpx2.AsyncClient(transport=transport, base_url="http://here", headers=headers) as http:
        answer = await http.get(f"/api/v1/{RAW}", params={"format": "csv"})
        assert list(csv.DictReader(io.StringIO(answer.text, newline=""))) == whole
        table = await http.get(f"/api/v1/{RAW}", params={"format": "parquet"})
        assert pyarrow.parquet.read_table(io.BytesIO(table.content)).num_rows == len(whole)


@pytest.mark.parametrize(("limit", "rows"), [(1, 1), (8, 8), (9, 9), (10**6, 9)])
async def test_a_limit_is_of_the_whole_file(story, limit, rows):
    assert len(await csv_of(story.house, RAW, measurand="Voltage", limit=limit)) == rows


async def test_filters_are_those_of_the_list(story):
    rows = await csv_of(story.house, RAW, measurand="Voltage", phase="L1")
    assert [row["value"] for row in rows] == ["231.0", "231.0", "231.0"]
    assert {row["taken_at"][-1] for row in rows} == {"Z"}


async def test_accept_asks_for_it_as_well(story):
    http = story.house.http
    for accept, media in (
        ("text/csv", "text/csv"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("text/csv;q=0.1, application/json", "application/json"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("*/*", "application/json"),
        ("text/html,*/*;q=0.8", "application/json"),
        ("text/csv;q=x", "application/json"),
    ):
        answer = await http.get("sessions", headers={"Accept": accept})
        assert answer.headers["content-type"].partition(";")[0] == media, accept
    answer = await http.get("sessions", params={"format": "json"}, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


async def test_the_file_has_a_name(story):
    answer = await story.house.http.get(RAW, params={"format": "csv"})
    assert answer.headers["content-disposition"] == 'attachment; filename="charge-points-CP-1-meter-values.csv"'


async def test_text_that_a_spreadsheet_would_take_for_a_formula_is_marked(story):
    http = story.house.http
    for note in ("=1+1", "+49 30", "-5", "@x", "'=1", 'a "quoted", text\r\nof two lines', "plain"):
        await http.put("tags/RISKY", json={"note": note})
        (row,) = await csv_of(story.house, "tags")
        assert row["note"] == (f"'{note}" if note[0] in "=+-@'" else note)
    await http.delete("tags/RISKY")


async def test_negative_numbers_are_numbers(story):
    station = story.stations["CP-1"]
    cold = sampled(-12.5, "Temperature", location="Inlet")
    await station.call("MeterValues", meter_values_of(cold, connector=3))
    (row,) = await csv_of(story.house, f"{RAW}/latest", connector_id=3)
    assert row["value"] == "-12.5"


async def test_what_has_parts_is_json_and_words_stand_side_by_side(story):
    row = next(one for one in await csv_of(story.house, "charge-points") if one["identifier"] == "CP-1")
    assert json.loads(row["connectors"])[0]["connector_id"] == 0
    assert (row["connected"], row["deaf"], row["site"]) == ("true", "false", "")


async def test_parquet_has_numbers_and_times_of_their_own_kind(story):
    table = await parquet_of(story.house, RAW)
    kinds = {field.name: str(field.type) for field in table.schema}
    assert kinds == kinds | {"value": "double", "value_text": "string", "session_id": "int64", "flags": "string"}
    assert kinds["taken_at"] == kinds["received_at"] == "timestamp[ms, tz=UTC]"
    texts = [row for row in table.to_pylist() if row["value_text"] is not None]
    assert [(row["value"], row["value_text"]) for row in texts] == [(None, SIGNED)]
    sessions = await parquet_of(story.house, "sessions")
    assert sum(sessions["energy_wh"].to_pylist()) == 3000


async def test_parquet_without_its_library_says_what_is_missing(story, monkeypatch):
    monkeypatch.setattr(parquet_files, "find_spec", lambda name: None)
    answer = await story.house.http.get("sessions", params={"format": "parquet"})
    is_problem(answer, 501)
    assert "wattdeck[parquet]" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("sessions", {"format": "xlsx"}, 422),
        ("sessions", {"format": ""}, 422),
        ("sessions", {"format": "csv", "limit": "0"}, 422),
        ("sessions", {"format": "csv", "limit": "many"}, 422),
        ("sessions", {"format": "csv", "cursor": "x"}, 422),
        ("sessions", {"format": "csv", "from": "yesterday"}, 422),
        ("charge-points/nobody/meter-values", {"format": "csv"}, 404),
    ],
)
async def test_what_the_list_refuses_is_refused(story, path, query, status):
    is_problem(await story.house.http.get(path, params=query), status)


async def test_rights_are_those_of_the_list(story):
    async with client(story.house) as anyone:
        is_problem(await anyone.get("/api/v1/sessions?format=csv"), 401)
    async with client(story.house, await key_of(story.house, "viewer")) as viewer:
        is_problem(await viewer.get("/api/v1/charge-points/CP-1/messages?format=csv"), 403)


async def test_what_is_no_list_stays_as_it_is(story):
    answer = await story.house.http.get("stats", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "application/json"


async def test_what_is_no_list_is_not_asked_for_as_a_file(story):
    is_problem(await story.house.http.get("stats", params={"format": "csv"}), 422)


async def test_the_api_describes_its_files(story):
    document = (await story.house.http.get(f"{story.house.http_url}/openapi.json")).json()
    operation = document["paths"]["/api/v1/sessions"]["get"]
    assert [one["name"] for one in operation["parameters"]].count("format") == 1
    assert set(operation["responses"]["200"]["content"]) == {
        *("application/json", "text/csv", "application/vnd.apache.parquet")
    }

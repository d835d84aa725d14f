"""Tags from and to CSV over the API, and the filters of the list."""

import pytest

from tests.api.people import client, is_problem, key_of
from tests.stations import until

CSV = {"Content-Type": "text/csv"}
FILE = "id_tag;status;parent;note\nA;;FLEET;Ann\nB;blocked;;\n"


async def send(house, text, **query):
    return await house.http.post("tags/import", content=text, headers=CSV, params=query)


async def named(house, **query):
    return [one["id_tag"] for one in await house.items("tags", **query)]


async def test_a_file_is_imported_whole(house):
    await house.http.put("tags/b", json={"note": "Bob"})
    answer = await send(house, FILE)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            **{"dry_run": False, "add": 1, "change": 1, "unchanged": 0, "error": 0},
            "lines": [
                {"line": 2, "id_tag": "A", "action": "add", "what": None},
                {
                    **{"line": 3, "id_tag": "B", "action": "change"},
                    "what": "status: accepted → blocked; note: Bob → none",
                },
            ],
        },
    )
    a, b = await house.items("tags")
    assert (a["id_tag"], a["parent"], a["note"], b["id_tag"], b["status"]) == ("A", "FLEET", "Ann", "b", "blocked")
    again = (await send(house, FILE)).json()
    assert (again["add"], again["change"], again["unchanged"]) == (0, 0, 2)


async def test_a_dry_run_says_the_same_and_stores_nothing(house):
    said = (await send(house, FILE, dry_run="true")).json()
    assert (said["dry_run"], said["add"], await named(house)) == (True, 2, [])
    assert said["lines"] == (await send(house, FILE)).json()["lines"]


async def test_one_wrong_line_and_nothing_is_stored_unless_it_is_to_be_skipped(house):
    text = "id_tag,max_sessions\nA,1\nB,many\nC,2\nD\n"
    answer = await send(house, text)
    is_problem(answer, 422)
    assert [one["where"] for one in answer.json()["errors"]] == ["line 3", "line 5"]
    assert await named(house) == []
    dry = (await send(house, text, dry_run="true")).json()
    assert (dry["add"], dry["error"]) == (2, 2)
    skipped = (await send(house, text, skip_errors="true")).json()
    assert ([one["action"] for one in skipped["lines"]], await named(house)) == (
        ["add", "error", "add", "error"],
        ["A", "C"],
    )


@pytest.mark.parametrize("text", ["", "nothing of the kind", "id_tag\nM\xfcller".encode("latin-1"), '{"id_tag": "A"}'])
async def test_what_is_no_list_of_tags_is_refused(house, text):
    is_problem(await send(house, text), 422)


async def test_a_file_that_is_too_large_is_refused(house):
    is_problem(await send(house, "id_tag\n" + "x" * 1_048_576), 413)


async def test_an_imported_tag_is_unknown_no_longer(make_house):
    house = await make_house(unknown_tags="refuse")
    cp = await house.station()
    await cp.call("Authorize", {"idTag": "a"})
    await until(lambda: house.items("unknown-tags"))
    await send(house, FILE)
    assert await house.items("unknown-tags") == []
    assert (await cp.call("Authorize", {"idTag": "a"}))["idTagInfo"] == {"parentIdTag": "FLEET", "status": "Accepted"}


async def test_what_is_exported_can_be_imported_unchanged(house):
    whole = {"status": "blocked", "expires_at": "2027-09-14T14:00:00.123+02:00", "parent": "=P", "max_sessions": 0}
    await house.http.put("tags/A", json={**whole, "note": '=HYPERLINK("http://x")\n; "quoted", \'twice\''})
    await house.http.put("tags/-1%2F%C3%A4", json={"note": "'"})
    exported = await house.http.get("tags.csv")
    assert exported.headers["content-type"].startswith("text/csv")
    assert "attachment" in exported.headers["content-disposition"]
    assert exported.text.splitlines()[0] == "id_tag,status,expires_at,parent,note,max_sessions"
    assert not any(line.startswith(("=", "-")) for line in exported.text.splitlines())
    before = await house.items("tags")
    said = (await send(house, exported.content)).json()
    assert (said["unchanged"], said["add"], said["change"], said["error"]) == (2, 0, 0, 0)
    for tag in ("A", "-1%2F%C3%A4"):
        assert (await house.http.delete(f"tags/{tag}")).status_code == 204
    await send(house, exported.content)
    assert await house.items("tags") == before


async def test_a_viewer_exports_and_does_not_import(house):
    async with client(house, await key_of(house, "viewer")) as viewer:
        assert (await viewer.get("/api/v1/tags.csv")).status_code == 200
        is_problem(await viewer.post("/api/v1/tags/import", content=FILE, headers=CSV), 403)


async def test_tags_are_found_by_search_status_and_parent(house):
    text = "id_tag;status;parent;note\nAnn;;Fleet;first floor\nBob;blocked;FLEET;100% Bob\n"
    await send(house, text + "Cem;;;of the fleet\nD_e;;;\nDae;;;\n")
    assert await named(house, search="ANN") == ["Ann"]
    assert await named(house, search="fleet") == ["Ann", "Bob", "Cem"]
    assert await named(house, search="100%") == ["Bob"]
    assert await named(house, search="d_e") == ["D_e"]
    assert await named(house, status="blocked") == ["Bob"]
    assert await named(house, parent="fleet") == ["Ann", "Bob"]
    assert await named(house, parent="fleet", status="accepted", search="floor") == ["Ann"]
    page = await house.get("tags", search="fleet", limit=2)
    assert await named(house, search="fleet", cursor=page["next"]) == ["Cem"]
    is_problem(await house.http.get("tags", params={"status": "Accepted"}), 422)

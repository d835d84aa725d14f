"""Tags as CSV: what spreadsheets write is understood, what we write is read again unchanged."""

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattdeck.domain.tag_files import COLUMNS, Line, WrongFile, plan, read, write
from wattdeck.domain.tags import Tag, same_tag

HEADER = ",".join(COLUMNS)
NOON = datetime(2027, 9, 14, 12, tzinfo=UTC)


def lines(text: str, encoding: str = "utf-8") -> list[tuple[str, dict[str, object]]]:
    return [(line.id_tag, dict(line.given)) for line in read(text.encode(encoding))]


def wrong(line: str, header: str = HEADER) -> str | None:
    [one] = read(f"{header}\r\n{line}\r\n".encode())
    return one.wrong


def planned(text: str, *known: Tag) -> list[tuple[str, str | None]]:
    return [(one.action, one.what) for one in plan(read(text.encode()), {same_tag(tag.id_tag): tag for tag in known})]


@pytest.mark.parametrize(
    "text",
    [
        "id_tag,status,note\nA,blocked,Ann\n",
        "note;id_tag;status\r\nAnn;A;blocked\r\n",
        "\ufeffid_tag,status,note\nA,blocked,Ann",
        'ID_TAG , Status,"NOTE"\n\n " A",x\n'.replace(' " A",x', '" A ",BLOCKED,"Ann"'),
        "id_tag;status;note\n;;\n\nA;blocked;Ann\n",
    ],
)
def test_header_in_any_order_comma_or_semicolon_mark_and_quotes(text: str):
    assert lines(text) == [("A", {"status": "blocked", "note": "Ann"})]


def test_every_column_is_read():
    text = f'{HEADER}\nA,,2027-09-14T14:00:00+02:00,FLEET,"says ""hi"", twice\nand more",0\nB,,,,,\n'
    assert lines(text) == [
        (
            "A",
            {
                **{"status": "accepted", "expires_at": NOON, "parent": "FLEET"},
                **{"note": 'says "hi", twice\nand more', "max_sessions": 0},
            },
        ),
        ("B", {"status": "accepted", "expires_at": None, "parent": None, "note": None, "max_sessions": None}),
    ]


def test_the_line_of_a_tag_is_where_it_begins():
    text = 'id_tag,note\nA,"one\ntwo\nthree"\n\nB,\n'
    assert [line.number for line in read(text.encode())] == [2, 6]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",accepted,,,,", "id_tag: 1 to 255"),
        (f"{'A' * 256},,,,,", "id_tag: 1 to 255"),
        ("A,maybe,,,,", "'maybe' is neither"),
        ("A,,tomorrow,,,", "'tomorrow' is no time"),
        ("A,,9999-12-31T23:59:59-14:00,,,", "is no time"),
        (f"A,,,{'P' * 21},,", "parent: more than 20"),
        (f"A,,,,{'n' * 1001},", "note: more than 1000"),
        ("A,,,,,-1", "'-1' is no whole number"),
        ("A,,,,,2147483648", "is no whole number"),
        ("A,,,,,١", "is no whole number"),
        ("A,,,,", "5 cells where the header has 6"),
        ("A,,,,,,", "7 cells where the header has 6"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str, says: str):
    assert says in (wrong(line) or "")


def test_a_tag_that_is_there_twice_is_wrong_the_second_time():
    first, second = read(b"id_tag\nA\n a \n")
    assert (first.wrong, second.wrong) == (None, "the same tag as in line 2")


def test_what_follows_a_quote_that_never_ends_is_not_read():
    found = read(b'id_tag,note\nA,x\nB,"open\nC,x\n')
    assert [(one.number, one.id_tag, one.wrong is None) for one in found] == [(2, "A", True), (3, "", False)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"A;B\n", "unknown column 'a'"),
        (b"status\naccepted\n", "no column id_tag"),
        (b"id_tag,ID_TAG\n", "twice"),
        ("id_tag\nMüller\n".encode("latin-1"), "not UTF-8: byte 8"),
        (b'"id_tag', "line 1"),
        (b'{"id_tag": "A"}', "unknown column"),
    ],
)
def test_what_is_no_list_of_tags_says_why(data: bytes, says: str):
    with pytest.raises(WrongFile, match=says):
        read(data)


def test_a_plan_says_what_each_line_would_do():
    text = "id_tag,status,parent,max_sessions\nnew,,,\na,,,\nB,blocked,FLEET,0\nC,odd,,\n"
    known = (Tag(id_tag="A", note="stays"), Tag(id_tag="b", note="stays", max_sessions=2))
    assert planned(text, *known) == [
        ("add", None),
        ("unchanged", None),
        ("change", "status: accepted → blocked; parent: none → FLEET; max_sessions: 2 → 0"),
        ("error", "status: 'odd' is neither accepted nor blocked"),
    ]


def test_columns_a_file_does_not_have_stay_and_empty_cells_mean_none():
    before = Tag(id_tag="Ann", status="blocked", expires_at=NOON, note="x", max_sessions=1)
    [one] = plan(read(b"id_tag,note,expires_at\nANN,,\n"), {"ann": before})
    assert one.tag == Tag(id_tag="Ann", status="blocked", max_sessions=1)
    assert one.what == "note: x → none; expires_at: 2027-09-14T12:00:00.000Z → none"


def test_none_and_zero_sessions_are_not_the_same():
    text = "id_tag,max_sessions\nA,{}\n"
    assert planned(text.format("0"), Tag(id_tag="A")) == [("change", "max_sessions: none → 0")]
    assert planned(text.format(""), Tag(id_tag="A", max_sessions=0)) == [("change", "max_sessions: 0 → none")]
    assert planned(text.format("0"), Tag(id_tag="A", max_sessions=0)) == [("unchanged", None)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "'quoted'", "''"])
def test_no_cell_we_write_is_a_formula(cell: str):
    text = "".join(write([Tag(id_tag="A", note=cell)]))
    [_, row] = csv.reader(io.StringIO(text, newline=""))
    assert row[4] == f"'{cell}"
    [line] = read(text.encode())
    assert line.given["note"] == cell


def test_a_lone_apostrophe_of_ones_own_stays():
    assert lines("id_tag,note\nA,'t Hooft\n") == [("A", {"note": "'t Hooft"})]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
spelled = texts.map(str.strip).filter(bool)


@given(
    st.lists(
        st.builds(
            Tag,
            id_tag=spelled,
            status=st.sampled_from(["accepted", "blocked"]),
            expires_at=st.none() | st.just(NOON),
            parent=st.none()
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.strip).filter(bool),
            note=st.none() | texts.filter(bool),
            max_sessions=st.none() | st.integers(0, 2**31 - 1),
        ),
        unique_by=lambda tag: same_tag(tag.id_tag),
        max_size=5,
    )
)
def test_what_is_written_is_read_again_unchanged(tags: list[Tag]):
    found = plan(read("".join(write(tags)).encode()), {})
    assert [one.tag for one in found] == tags
    again = plan(read("".join(write(tags)).encode()), {same_tag(tag.id_tag): tag for tag in tags})
    assert {one.action for one in again} <= {"unchanged"}


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading(data: bytes):
    for text in (data, HEADER.encode() + b"\n" + data):
        with suppress(WrongFile):
            assert all(isinstance(line, Line) for line in read(text))

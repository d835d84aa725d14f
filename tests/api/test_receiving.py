"""A form cut anywhere gives the same file; what is no form is refused."""

import pytest
from fastapi import HTTPException

from wattdeck.api.receiving import FirstFile, _boundary, _parameters
from wattdeck.domain.file_jobs import plain_name

CONTENT = b"line\r\n--not the delimiter\r\n--b\xff\x00\r\n" * 3
FORM = (
    b'preamble\r\n--b0\r\nContent-Disposition: form-data; name="station"\r\n\r\nCP-1\r\n--b0\r\n'
    b'Content-Disposition: form-data; name="f"; filename="a.log"\r\nContent-Type: text/plain\r\n\r\n'
    + CONTENT
    + b"\r\n--b0--\r\nepilogue"
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, len(FORM)])
def test_a_form_gives_its_file_however_it_is_cut(step: int):
    form = FirstFile(b"b0")
    pieces = [form.feed(FORM[at : at + step]) for at in range(0, len(FORM), step)]
    assert (b"".join(pieces), form.name, form.is_whole) == (CONTENT, "a.log", True)


@pytest.mark.parametrize("cut", [10, 60, 200, len(FORM) - 20])
def test_a_form_that_ends_early_is_not_whole(cut: int):
    form = FirstFile(b"b0")
    form.feed(FORM[:cut])
    assert not form.is_whole


def test_a_form_without_a_file_is_refused():
    form = FirstFile(b"b0")
    with pytest.raises(HTTPException):
        form.feed(b'--b0\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b0--\r\n')


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('filename="tür 1.log"', "tür 1.log"),
        ("filename*=UTF-8''%e2%82%ac.log", "€.log"),
        ("filename*=x-nope''%ff.log", "ÿ.log"),
    ],
)
def test_a_name_is_read_in_whatever_form_it_comes(header: str, name: str):
    form = FirstFile(b"b0")
    form.feed(f"--b0\r\nContent-Disposition: form-data; {header}\r\n\r\n1\r\n--b0--\r\n".encode())
    assert form.name == name


def test_headers_without_end_are_refused():
    form = FirstFile(b"b0")
    with pytest.raises(HTTPException):
        form.feed(b"--b0\r\n" + b"x" * 20_000)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a.log", "a.log"),
        ("../../etc/passwd", "passwd"),
        ("C:\\logs\\a.log", "a.log"),
        ("a\r\nb\0.log", "ab.log"),
        ("..", None),
        ("/", None),
        ("", None),
        (None, None),
        (7, None),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_files_name_is_a_text_without_folders(name: object, plain: str | None):
    assert plain_name(name) == plain


@pytest.mark.parametrize("charset", ["idna", "\0"])
def test_a_name_in_an_odd_character_set_is_none_and_the_file_is_taken(charset: str):
    odd = f"filename*={charset}''a..b"
    assert not plain_name(_parameters(f"attachment; {odd}"))
    form = FirstFile(b"b0")
    head = f"--b0\r\nContent-Disposition: form-data; {odd}\r\n\r\n"
    assert form.feed(head.encode() + b"log\r\n--b0--") == b"log"
    assert form.is_whole
    assert not plain_name(form.name)
    with pytest.raises(HTTPException) as refused:
        _boundary(f"multipart/form-data; boundary*={charset}''a..b")
    assert refused.value.status_code == 400

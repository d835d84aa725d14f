"""`wattdeck storage`: what the data takes and will take, of a running server or of a data folder."""

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from wattdeck.cli.data_folder import only_user_of, settings_of
from wattdeck.cli.server import CANNOT, DEFAULT_URL, ApiKey, Server, Url, fail
from wattdeck.domain.clock import now
from wattdeck.domain.records import to_json
from wattdeck.domain.retention import changed, read_measurands
from wattdeck.live import storage_shapes
from wattdeck.metering.storage import figures
from wattdeck.store import offline
from wattdeck.store.offline import DatabaseUnusable

_UNITS = ("B", "kB", "MB", "GB", "TB")


def storage(
    given: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="NAME=DAYS", help="What would this setting change? May be given several times."),
    ] = None,
    charge_points: Annotated[bool, typer.Option("--charge-points", help="By charge point, of a server.")] = False,
    data: Annotated[Path | None, typer.Option(help="Look at this folder instead of asking a server.")] = None,
    config: Annotated[Path | None, typer.Option(help="TOML file of settings, for --data.")] = None,
    compact: Annotated[bool, typer.Option("--compact", help="Write the database of --data anew, smaller.")] = False,
    url: Url = DEFAULT_URL,
    api_key: ApiKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what the data takes, how fast it grows and how large it becomes.

    wattdeck storage --with keep_samples_days=30 --with keep_samples_days_of=Voltage=2
    """
    if compact:
        _compact(data, as_json)
        return
    settings = _given(given or [])
    if charge_points:
        if data is not None:
            fail("--charge-points needs a running server")
        with contextlib.closing(Server(url, api_key)) as server:
            found = server.items("storage/charge-points")
        typer.echo(json.dumps(found)) if as_json else _print_charge_points(found)
        return
    if data is not None:
        made = _of_folder(data, config, settings)
    else:
        with contextlib.closing(Server(url, api_key)) as server:
            made = server.get("storage?" + urlencode(settings, doseq=True))
    typer.echo(json.dumps(made)) if as_json else _print(made)


def _given(words: list[str]) -> dict[str, list[str]]:
    """`NAME=DAYS`, or `NAME=MEASURAND=DAYS`."""
    found: dict[str, list[str]] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            fail(f"--with {word}: not NAME=DAYS", CANNOT)
        found.setdefault(name, []).append(value)
    return found


def _of_folder(folder: Path, config: Path | None, given: dict[str, list[str]]) -> Any:
    settings = settings_of(config, {"data": folder})
    try:
        asked = (
            changed(settings.keep, {name: _value(name, values) for name, values in given.items()}) if given else None
        )
    except ValueError as error:
        fail(f"--with: {error}", CANNOT)
    try:
        with offline.reading(folder) as (connection, pages):
            found = figures(connection, pages, folder, settings.low_disk_bytes, now())
    except DatabaseUnusable as error:
        fail(str(error), CANNOT)
    return json.loads(to_json(storage_shapes.storage(found, settings.keep, asked)))


def _value(name: str, values: list[str]) -> float | dict[str, float]:
    if name.endswith("_of"):
        return read_measurands(values)
    try:
        return float(values[-1])
    except ValueError:
        raise ValueError(f"{name}={values[-1]} is no number of days") from None


def _compact(folder: Path | None, as_json: bool) -> None:
    if folder is None:
        fail("--compact needs --data: no server may run meanwhile", CANNOT)
    if not (folder / offline.NAME).is_file():
        fail(f"there is no database in {folder}", CANNOT)
    with only_user_of(folder):
        try:
            before, after = offline.compact(folder)
        except DatabaseUnusable as error:
            fail(str(error), CANNOT)
    typer.echo(
        json.dumps({"before_bytes": before, "after_bytes": after})
        if as_json
        else f"{folder / offline.NAME}: {_size(before)} before, {_size(after)} now"
    )


def _print(made: Any) -> None:
    console = Console()
    console.print(_compared(made) if made["asked"] else _kinds(made))
    own = [f"{one['kind']} of {name} {days:g}" for one in made["kinds"] for name, days in one["keep_days_of"].items()]
    if own:
        console.print(f"days of single measurands: {', '.join(own)}", highlight=False)
    database, disk = made["database"], made["disk"]
    console.print(
        f"database {_size(database['bytes'])} ({_size(database['free_bytes'])} free inside), "
        f"log {_size(database['wal_bytes'])}, files {_size(made['files_bytes'])}, "
        f"disk {_size(disk['free_bytes'])} free" + (" (LOW)" if disk["low"] else ""),
        highlight=False,
    )
    console.print(_sentence("at last", made["forecast"]), highlight=False)
    if made["asked"]:
        console.print(_sentence("as asked", made["asked"]), highlight=False)


def _kinds(made: Any) -> Table:
    table = _table("", "kept", "rows", "B a row", "size", "a day", "at last", "a year")
    table.columns[1].justify = "left"
    for one, later in zip(made["kinds"], made["forecast"]["kinds"], strict=True):
        table.add_row(
            *(one["kind"], _kept(one), f"{one['rows']:,}", f"{one['bytes_per_row']:.0f}", _size(one["bytes"])),
            *(_size(one["bytes_per_day"]), _size(later["bytes"]), _more(later)),
        )
    return table


def _compared(made: Any) -> Table:
    """What is asked about, beside how it is."""
    table = _table("", "kept", "size", "at last", "as asked", "a year")
    table.columns[1].justify = "left"
    for one, later, asked in zip(made["kinds"], made["forecast"]["kinds"], made["asked"]["kinds"], strict=True):
        sizes = (one["bytes"], later["bytes"], asked["bytes"])
        table.add_row(one["kind"], _kept(one), *map(_size, sizes), _more(asked))
    return table


def _table(*names: str) -> Table:
    table = Table(*names, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _kept(one: Any) -> str:
    return "for ever" if one["keep_days"] is None else f"{one['keep_days']:g} days"


def _more(one: Any) -> str:
    return f"+{_size(one['bytes_per_year'])}" if one["bytes_per_year"] else ""


def _sentence(when: str, forecast: Any) -> str:
    grows = f", then {_size(forecast['bytes_per_year'])} more each year" if forecast["bytes_per_year"] else ""
    room = "" if forecast["fits"] else "; the disk is too small for that"
    return f"{when} {_size(forecast['bytes'])}, in {forecast['days']:.0f} days{grows}{room}"


def _print_charge_points(found: list[Any]) -> None:
    table = _table("charge point", "samples a day", "bytes a day", "share")
    for one in found:
        table.add_row(
            *(one["charge_point"], f"{one['samples_per_day']:,.0f}", _size(one["bytes_per_day"])),
            f"{one['share']:.2%}",
        )
    Console().print(table)


def _size(number: float) -> str:
    """In the units that disks are sold in."""
    for unit in _UNITS:
        if number < 1000 or unit == _UNITS[-1]:
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"

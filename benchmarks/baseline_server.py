"""The central system wattdeck is compared with: the `ocpp` package's own runtime, written as its examples are.

`websockets.serve`, a ChargePoint subclass with `@on` handlers, one SQLAlchemy session and one commit per message,
a row per sampled value. It is given what helps it: no logging, SQLite's write-ahead log with `synchronous=NORMAL`.

Its sessions are asynchronous, as its handlers are; or blocking, which is twice as quick on SQLite, and holds all other
charge points up meanwhile.
"""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import Action, AuthorizationStatus, RegistrationStatus
from sqlalchemy import Engine, ForeignKey, create_engine, event
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol


class Base(DeclarativeBase):
    pass


class BootRow(Base):
    __tablename__ = "boots"
    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(index=True)
    vendor: Mapped[str]
    model: Mapped[str]
    booted_at: Mapped[datetime]


class TransactionRow(Base):
    __tablename__ = "transactions"
    id: Mapped[int] = mapped_column(primary_key=True)
    charge_point: Mapped[str] = mapped_column(index=True)
    connector_id: Mapped[int]
    id_tag: Mapped[str]
    meter_start: Mapped[int]
    started_at: Mapped[datetime]


class MeterValueRow(Base):
    __tablename__ = "meter_values"
    id: Mapped[int] = mapped_column(primary_key=True)
    charge_point: Mapped[str] = mapped_column(index=True)
    transaction_id: Mapped[int | None] = mapped_column(ForeignKey("transactions.id"), index=True)
    connector_id: Mapped[int]
    taken_at: Mapped[datetime]
    measurand: Mapped[str]
    phase: Mapped[str | None]
    context: Mapped[str | None]
    location: Mapped[str | None]
    unit: Mapped[str | None]
    value: Mapped[str]


Keep = Callable[..., Awaitable[None]]  # rows of one message, by one commit


class BaselineChargePoint(ChargePoint):  # type: ignore[misc]
    def __init__(self, identifier: str, connection: ServerConnection, keep: Keep):
        super().__init__(identifier, connection)
        self.keep = keep

    @on(Action.boot_notification)
    async def on_boot_notification(self, charge_point_vendor: str, charge_point_model: str, **_: Any) -> Any:
        now = datetime.now(UTC)
        row = BootRow(identifier=self.id, vendor=charge_point_vendor, model=charge_point_model, booted_at=now)
        await self.keep(row)
        return call_result.BootNotification(
            current_time=now.isoformat(), interval=300, status=RegistrationStatus.accepted
        )

    @on(Action.heartbeat)
    async def on_heartbeat(self) -> Any:
        return call_result.Heartbeat(current_time=datetime.now(UTC).isoformat())

    @on(Action.start_transaction)
    async def on_start_transaction(
        self, connector_id: int, id_tag: str, meter_start: int, timestamp: str, **_: Any
    ) -> Any:
        row = TransactionRow(
            charge_point=self.id,
            connector_id=connector_id,
            id_tag=id_tag,
            meter_start=meter_start,
            started_at=datetime.fromisoformat(timestamp),
        )
        await self.keep(row)
        return call_result.StartTransaction(
            transaction_id=row.id, id_tag_info=IdTagInfo(status=AuthorizationStatus.accepted)
        )

    @on(Action.meter_values)
    async def on_meter_values(
        self, connector_id: int, meter_value: list[dict[str, Any]], transaction_id: int | None = None
    ) -> Any:
        rows = [
            MeterValueRow(
                charge_point=self.id,
                transaction_id=transaction_id,
                connector_id=connector_id,
                taken_at=datetime.fromisoformat(reading["timestamp"]),
                measurand=sample.get("measurand", "Energy.Active.Import.Register"),
                phase=sample.get("phase"),
                context=sample.get("context"),
                location=sample.get("location"),
                unit=sample.get("unit"),
                value=sample["value"],
            )
            for reading in meter_value
            for sample in reading["sampled_value"]
        ]
        await self.keep(*rows)
        return call_result.MeterValues()


def write_ahead(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def blocking(database: str) -> Keep:
    engine = prepared(create_engine(f"sqlite:///{database}"))
    sessions = sessionmaker(engine, expire_on_commit=False)

    async def keep(*rows: Base) -> None:
        with sessions() as session:
            session.add_all(rows)
            session.commit()

    return keep


def asynchronous(database: str) -> Keep:
    prepared(create_engine(f"sqlite:///{database}")).dispose()
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    event.listen(engine.sync_engine, "connect", write_ahead)
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def keep(*rows: Base) -> None:
        async with sessions() as session:
            session.add_all(rows)
            await session.commit()

    return keep


def prepared(engine: Engine) -> Engine:
    event.listen(engine, "connect", write_ahead)
    Base.metadata.create_all(engine)
    return engine


async def serve(port: int, keep: Keep) -> None:
    async def on_connect(connection: ServerConnection) -> None:
        assert connection.request is not None
        identifier = connection.request.path.rsplit("/", 1)[-1]
        charge_point = BaselineChargePoint(identifier, connection, keep)
        with contextlib.suppress(websockets.ConnectionClosed):
            await charge_point.start()

    async with websockets.serve(on_connect, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")]):
        await asyncio.Future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--blocking", action="store_true")
    arguments = parser.parse_args()
    keep = (blocking if arguments.blocking else asynchronous)(arguments.database)
    asyncio.run(serve(arguments.port, keep))

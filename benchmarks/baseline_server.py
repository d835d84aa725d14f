"""The central system wattdeck is compared with: the `ocpp` package's own runtime, written as its examples are.

`websockets.serve`, a ChargePoint subclass with `@on` handlers, one SQLAlchemy session and one commit per message,
a row per sampled value. It is given what helps it: no logging, SQLite's write-ahead log with `synchronous=NORMAL`,
and plain blocking sessions, for through aiosqlite the same code was measured at half the speed.
"""

import argparse
import asyncio
import contextlib
from datetime import UTC, datetime
from typing import Any

import websockets
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import Action, AuthorizationStatus, RegistrationStatus
from sqlalchemy import ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol


class Base(DeclarativeBase):
    pass


class ChargePointRow(Base):
    __tablename__ = "charge_points"
    identifier: Mapped[str] = mapped_column(primary_key=True)
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


class BaselineChargePoint(ChargePoint):  # type: ignore[misc]
    def __init__(self, identifier: str, connection: ServerConnection, sessions: sessionmaker[Session]):
        super().__init__(identifier, connection)
        self.sessions = sessions

    @on(Action.boot_notification)
    async def on_boot_notification(self, charge_point_vendor: str, charge_point_model: str, **_: Any) -> Any:
        now = datetime.now(UTC)
        row = ChargePointRow(identifier=self.id, vendor=charge_point_vendor, model=charge_point_model, booted_at=now)
        with self.sessions() as session:
            session.merge(row)
            session.commit()
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
        with self.sessions() as session:
            session.add(row)
            session.commit()
            transaction_id = row.id
        return call_result.StartTransaction(
            transaction_id=transaction_id, id_tag_info=IdTagInfo(status=AuthorizationStatus.accepted)
        )

    @on(Action.meter_values)
    async def on_meter_values(
        self, connector_id: int, meter_value: list[dict[str, Any]], transaction_id: int | None = None
    ) -> Any:
        with self.sessions() as session:
            for reading in meter_value:
                taken_at = datetime.fromisoformat(reading["timestamp"])
                for sample in reading["sampled_value"]:
                    session.add(
                        MeterValueRow(
                            charge_point=self.id,
                            transaction_id=transaction_id,
                            connector_id=connector_id,
                            taken_at=taken_at,
                            measurand=sample.get("measurand", "Energy.Active.Import.Register"),
                            phase=sample.get("phase"),
                            context=sample.get("context"),
                            location=sample.get("location"),
                            unit=sample.get("unit"),
                            value=sample["value"],
                        )
                    )
            session.commit()
        return call_result.MeterValues()


def write_ahead(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


async def serve(port: int, database: str) -> None:
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", write_ahead)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    sessions = sessionmaker(engine, expire_on_commit=False)

    async def on_connect(connection: ServerConnection) -> None:
        assert connection.request is not None
        identifier = connection.request.path.rsplit("/", 1)[-1]
        charge_point = BaselineChargePoint(identifier, connection, sessions)
        with contextlib.suppress(websockets.ConnectionClosed):
            await charge_point.start()

    async with websockets.serve(on_connect, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")]):
        await asyncio.Future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.database))

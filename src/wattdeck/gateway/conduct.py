"""How a charge point behaves on one connection: has it spoken, was it accepted, does it boot in a loop, is it deaf."""

from typing import Any

from wattdeck.domain.charge_points import ChargePoint
from wattdeck.domain.clock import now
from wattdeck.domain.findings import Finding
from wattdeck.domain.messages import BootNotification
from wattdeck.gateway.command_lane import CommandLane
from wattdeck.gateway.switchboard import MOST_BOOTS, Switchboard

_DEAF_AFTER = 3  # commands that were not answered


class Conduct:
    __slots__ = ("_board", "_boot_status", "_charge_point_id", "_is_deaf", "has_spoken")

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._charge_point_id = 0
        self._boot_status = ""
        self._is_deaf = False
        self.has_spoken = False  # a message of it was answered

    def begin(self, charge_point: ChargePoint) -> None:
        self._charge_point_id, self._is_deaf = charge_point.id, charge_point.deaf_since is not None

    def said(self, message: Any, answer: Any, action: str) -> None:
        """After a boot that was not accepted it should be silent until the next one (OCPP 1.6 §4.2). What it sends all
        the same is handled like any other's: what can be stored is not thrown away.
        """
        if isinstance(message, BootNotification):
            self._boot_status = answer.status
            if self._board.boots.note(self._charge_point_id):
                self.found("boot_loop", f"more than {MOST_BOOTS} boots in 15 minutes")
        elif self._boot_status in ("Pending", "Rejected"):
            self.found("sent_before_accepted", f"{action} after a boot that was answered {self._boot_status}")

    async def mind_hearing(self, lane: CommandLane, heard_at: float) -> bool:
        """Deaf is one that sends and answers no command (quirk Q30c), until it answers one. Whether its connection is
        to be closed for that.
        """
        if not self._is_deaf and lane.unanswered >= _DEAF_AFTER and heard_at > lane.unanswered_since:
            self._is_deaf, lane.has_answered = True, False
            self.found("deaf", f"{lane.unanswered} commands were not answered while frames came in")
            await self._board.note_deaf(self._charge_point_id, now())
            return self._board.rooms.settings.recycle_deaf
        if self._is_deaf and lane.has_answered:
            self._is_deaf = False
            await self._board.note_deaf(self._charge_point_id, None)
        return False

    def found(self, kind: str, example: str) -> None:
        self._board.count_finding(self._charge_point_id, Finding(kind, example))

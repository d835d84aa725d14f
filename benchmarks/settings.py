"""How much is measured: the full run and the quick one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    runs: int
    few_connections: int
    connections: int
    idle_connections: int
    sending_s: float
    pace_s: float


FULL = Settings(runs=3, few_connections=100, connections=1000, idle_connections=5000, sending_s=6, pace_s=8)
QUICK = Settings(runs=1, few_connections=100, connections=200, idle_connections=1000, sending_s=3, pace_s=3)

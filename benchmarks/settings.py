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
    curve: tuple[int, ...]
    coming_back: int
    slow_s: float
    samples: int
    page_minutes: float


FULL = Settings(
    runs=3,
    few_connections=100,
    connections=1000,
    idle_connections=5000,
    sending_s=6,
    pace_s=8,
    curve=(10, 100, 1000, 5000, 10_000),
    coming_back=10_000,
    slow_s=45,
    samples=2_000_000,
    page_minutes=5,
)
QUICK = Settings(
    runs=1,
    few_connections=100,
    connections=200,
    idle_connections=1000,
    sending_s=3,
    pace_s=3,
    curve=(10, 100, 1000),
    coming_back=1000,
    slow_s=20,
    samples=200_000,
    page_minutes=1,
)

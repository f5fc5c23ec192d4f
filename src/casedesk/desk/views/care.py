"""The store's care as the desk shows it: checks, sweeps, and the line above every screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Swept:
    """`worker`: what one or more sweeps did; `armed_next` is when the next timer is due.

    `due` counts the timers looked at, those whose reason had gone among them.
    """

    fired: int
    late: int
    sent: int
    failed: int
    armed_next: datetime | None
    due: int = 0


@dataclass(frozen=True)
class Check:
    id: str
    ok: bool
    detail: str
    fix: str


@dataclass(frozen=True)
class Header:
    """What stands in the desk's first line."""

    firm: str
    person: str
    roles: tuple[str, ...]
    store: str
    demo: bool
    last_sweep: datetime | None
    zone: str
    policy: str

"""The desk as an entry point holds it: one store, one person, and use-cases run one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.store.store import Store
from casedesk.store.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Desk:
    """Built by `bootstrap` alone. Safe to use from several threads; each call is its own transaction."""

    store: Store
    house: House = field(default_factory=House)

    def write(self, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case and commit it. Raises `Refusal`; then nothing was written."""

        def in_a_turn(uow: UnitOfWork) -> T:
            return use_case(Turn(uow, self.house), *args, **kwargs)

        return self.store.write(in_a_turn)

    def read(self, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case that only reads."""

        def in_a_turn(uow: UnitOfWork) -> T:
            return use_case(Turn(uow, self.house), *args, **kwargs)

        return self.store.read(in_a_turn)

    def watch(self) -> Callable[[], int]:
        """A function whose number moves when somebody else committed."""
        return self.store.watch()

    def now(self) -> datetime:
        """The store's time."""
        return self.read(lambda turn: turn.now)

    @property
    def zone(self) -> str:
        """The office's zone, an IANA name."""
        return str(self.read(lambda turn: turn.office.zone))

    @property
    def shared(self) -> bool:
        return self.store.shared

    @property
    def demo(self) -> bool:
        return self.store.meta.get("demo") == "1"

    @property
    def handle(self) -> str:
        """Who sits here."""
        return self.read(lambda turn: turn.actor.handle)

    def close(self) -> None:
        self.store.close()

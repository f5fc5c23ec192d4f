"""The desk as an entry point holds it: one store, one person, and use-cases run one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from casedesk.desk import sight, vigil
from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.desk.vigil import Pulse
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.store.store import Store
from casedesk.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from casedesk.desk.views.care import Swept

WORKER = "desk"
"""The handle of the desk's own worker."""

P = ParamSpec("P")
T = TypeVar("T")


class Prepares(Generic[P, T]):
    """A use-case whose slow part (assembling, opening a key) runs before its transaction, with no pen in hand.

    `before(desk, *args, **kwargs)` gets the call's arguments and returns what `use_case` receives as `ready`.
    """

    def __init__(self, before: Callable[..., Any], use_case: Callable[..., T]) -> None:
        self.before = before
        self.use_case = use_case
        self.__doc__ = use_case.__doc__
        self.__name__ = use_case.__name__

    def __call__(self, turn: Turn, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.use_case(turn, *args, **kwargs)


def prepared_by(before: Callable[Concatenate[Desk, P], Any]) -> Callable[[Callable[..., T]], Prepares[P, T]]:
    """Mark a use-case with its slow first part; its own last argument is `ready`."""

    def mark(use_case: Callable[..., T]) -> Prepares[P, T]:
        return Prepares(before, use_case)

    return mark


class Watching(Protocol):
    """Gives a number that moves when somebody committed what others may see; for one thread."""

    def __call__(self) -> int:
        """The number. Raises `StoreUnavailable`."""

    def close(self) -> None:
        """Let go of the store."""


@dataclass
class Desk:
    """Built by `bootstrap` alone. Safe to use from several threads; each call is its own transaction."""

    store: Store
    house: House = field(default_factory=House)
    ticks: Callable[[], float] | None = None
    """Seconds that nobody sets, by which a local store's clock is judged (`vigil.Pulse`); an entry point gives them."""
    _pulse: Pulse = field(default_factory=Pulse)

    def write(self, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case and commit it. Raises `Refusal`; then nothing was written."""
        more: dict[str, Any] = {}
        if isinstance(use_case, Prepares):
            more["ready"] = use_case.before(self, *args, **kwargs)
        turns: list[Turn] = []

        def in_a_turn(uow: UnitOfWork) -> T:
            turns.append(Turn(uow, self.house))
            result = use_case(turns[-1], *args, **kwargs, **more)
            sight.write_looks(turns[-1], turns[-1].looks)
            return result

        result = self.store.write(in_a_turn)
        for follow in turns[-1].afterwards:
            self.write(follow)
        return result

    def read(self, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use-case that only reads. A look at a walled matter is on record before its result is given."""
        turns: list[Turn] = []

        def in_a_turn(uow: UnitOfWork) -> T:
            turns.append(Turn(uow, self.house))
            return use_case(turns[-1], *args, **kwargs)

        result = self.store.read(in_a_turn)
        if turns[-1].looks:
            self._record(turns[-1].looks)
        return result

    def write_unheard(
        self, use_case: Callable[Concatenate[Turn, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, and no open desk hears that something changed (see `watch`)."""
        return self.store.write_unheard(lambda uow: use_case(Turn(uow, self.house), *args, **kwargs))

    def _record(self, looks: dict[int, str]) -> None:
        if self.store.read_only:
            raise Refusal(
                "look_not_recorded",
                f"A wall stands around {', '.join(sorted(looks.values()))}, and a look at it is put on record.",
                "Leave out --read-only.",
            )
        self.write_unheard(sight.write_looks, looks)

    def sweep(self, batch: int = 100, *, stop: Callable[[], bool] = lambda: False) -> Swept:
        """Fire every due timer, a transaction a batch, or until `stop` between two; returns what was done in all.

        On a local store the desk's own worker acts, so that no escalation stands in the name of whoever had the desk
        open; on a shared one the login does, for what it may see. A timer that cannot fire holds up no other.
        """
        worker = self.as_worker()
        return _sweep_all(worker, batch, self._believed(worker), stop)

    def _believed(self, worker: Desk) -> int | None:
        """The time to fire by, where this machine's clock may have been set: on a shared store it is the server's."""
        if self.ticks is None or self.shared:
            return None
        return self._pulse.believed(*_clocks(worker, self.ticks))

    def clock_is_right(self) -> None:
        """A person says that this machine's clock is right, whatever was found before."""
        self.write(vigil.clock_is_right)
        self._pulse.trust()

    def as_worker(self) -> Desk:
        """This store in the hands of the desk's own worker; a shared store knows who is signed in, and stays theirs."""
        return self if self.shared else Desk(replace(self.store, handle=WORKER), self.house)

    def watch(self) -> Watching:
        """A function for one thread to ask now and then: its number moves when somebody committed what others may see.
        Raises `StoreUnavailable` while the store does not answer, or would take no write."""
        return self.store.watch()

    def mark(self) -> int:
        """The number that `watch` gives, now."""
        return self.store.change_mark()

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

    @property
    def kind(self) -> str:
        """`staff`, or `service` for the desk's own worker."""
        return self.read(lambda turn: turn.actor.kind)

    def close(self) -> None:
        self.store.close()


def _clocks(worker: Desk, ticks: Callable[[], float]) -> tuple[int, float, int]:
    now_us, skew_us = worker.read(vigil.skew_on_record)
    return now_us, ticks(), skew_us


def _sweep_all(worker: Desk, batch: int, believed_us: int | None, stop: Callable[[], bool]) -> Swept:
    from casedesk.desk import timers

    if worker.shared:
        _behind_walls(worker)
    if (resting := worker.read(timers.at_rest, believed_us)) is not None:
        return resting
    if worker.shared:
        worker.read(vigil.end_idlers)
    _absences(worker)
    total: Swept | None = None
    while True:
        try:
            rounds = [worker.write(timers.sweep, batch, believed_us)]
        except Refusal:
            raise
        except Exception:
            due = worker.read(timers.due_ids, batch, believed_us)
            rounds = [_sweep_one(worker, timer, believed_us) for timer in due]
        for swept in rounds:
            total = swept if total is None else _together(total, swept)
        # What fires may make another due in the same minute: a wait that ends starts a clock with nothing left.
        fired = sum(swept.fired + swept.failed for swept in rounds)
        if stop() or (sum(swept.due for swept in rounds) < batch and not fired):
            assert total is not None
            return total


def _absences(worker: Desk) -> None:
    """Work of people who are away from today goes to their cover, and comes back when they are."""
    from casedesk.desk import handover

    acts = {"hand over": handover.hand_over, "give back": handover.give_back}
    for what, absence in worker.read(handover.pending):
        worker.write(acts[what], absence)


def _behind_walls(worker: Desk) -> None:
    from casedesk.desk import behind

    for job in worker.read(behind.jobs):
        try:
            worker.write_unheard(job.do)
        except StoreUnavailable:
            raise
        except Exception as error:
            if job.give_up is None:
                raise
            worker.write_unheard(job.give_up, type(error).__name__)


def _sweep_one(worker: Desk, timer: int, believed_us: int | None) -> Swept:
    from casedesk.desk import timers

    try:
        return worker.write(timers.sweep_one, timer, believed_us)
    except Refusal:
        raise
    except Exception as error:
        return worker.write(timers.fail_one, timer, type(error).__name__, believed_us)


def _together(one: Swept, two: Swept) -> Swept:
    return replace(
        two,
        fired=one.fired + two.fired,
        late=one.late + two.late,
        sent=one.sent + two.sent,
        failed=one.failed + two.failed,
        due=one.due + two.due,
    )

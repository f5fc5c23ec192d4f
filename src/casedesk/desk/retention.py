"""How long closed files are kept, what holds them, and how one is erased: by destroying its papers' keys.

Nothing is erased by itself. A closed matter whose term is over is listed; somebody asks, another carries it out, and
both stand on the trail. Names stay, so that a conflict with a former client is found; papers, notes, messages and the
ways to reach people are gone, in the store. A backup made before keeps its own copy until it is destroyed too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from casedesk import resources
from casedesk.desk import asked
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.models.enums import Confidence, MatterStatus
from casedesk.refusal import NotAllowed, Refusal

TERMS = "retention/retention.toml"


class Term(BaseModel):
    """`years` after closing for matters of these `types` (all where none is named), on which ground, how far checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    years: StrictInt = Field(ge=1, le=100)
    types: tuple[str, ...] = ()
    citation: str = Field(min_length=1)
    confidence: Confidence


class Terms(BaseModel):
    """The firm's retention rules, as they ship."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: StrictInt
    title: str
    effective_from: date
    term: tuple[Term, ...]

    def for_type(self, matter_type: str) -> Term:
        """The longest term that fits."""
        fitting = [term for term in self.term if not term.types or matter_type in term.types]
        return max(fitting, key=lambda term: term.years)


@dataclass(frozen=True)
class KeptView:
    """A closed matter and until when its file is kept."""

    matter: str
    type: str
    closed: date
    keep_until: date
    over: bool
    held: bool
    asked: str | None
    citation: str
    confidence: str


@dataclass(frozen=True)
class HoldView:
    ref: str
    on: str
    reason: str
    since: date
    by: str
    lifted: date | None
    lifted_by: str | None
    lifted_reason: str


@dataclass(frozen=True)
class ErasureView:
    """`done` None: asked for, and waiting for another person."""

    ref: str
    matter: str
    reason: str
    asked_by: str
    asked: date
    done_by: str | None
    done: date | None
    papers: int
    id: str


@cache
def terms() -> Terms:
    """The rules that ship with the program."""
    return Terms.model_validate(tomllib.loads(resources.read_text(TERMS)), strict=False)


def due(turn: Turn, *, everything: bool = False) -> tuple[KeptView, ...]:
    """Closed matters whose term is over, or every closed one, the longest closed first."""
    turn.require_manager("Looking after closed files")
    out = []
    for row in turn.uow.all("retention.closed"):
        term = terms().for_type(row.type)
        closed = turn.calendar.today(instant(row.closed_us))
        until = _years_later(closed, term.years)
        over = until <= turn.today
        if over or everything:
            out.append(
                KeptView(
                    row.ref,
                    row.type,
                    closed,
                    until,
                    over,
                    bool(row.holds),
                    row.asked,
                    term.citation,
                    term.confidence.value,
                )
            )
    return tuple(out)


def hold(turn: Turn, name: str, reason: str) -> HoldView:
    """Put a legal hold on a matter, or on a client (`C-...`) and all their matters; while it stands nothing is erased."""
    why = asked.words(reason, "The reason")
    client = turn.uow.one("client.find", ref=name.strip().upper(), id=0)
    matter = None if client is not None else turn.matter(name)
    if not turn.actor.is_manager and turn.signing_licence() is None:
        raise NotAllowed(
            "not_allowed", "A legal hold is put by an attorney or a manager.", "Ask one of them."
        )
    ref = turn.uow.new_ref("LH", "legal_hold")
    turn.uow.insert(
        "legal_hold",
        id=turn.uow.new_id(),
        ref=ref,
        matter_id=None if matter is None else matter.id,
        client_id=None if client is None else client.id,
        reason=why,
        opened_us=turn.now_us,
        opened_by=turn.actor.id,
    )
    turn.uow.audit("hold.put", ref, matter_id=None if matter is None else matter.id, reason=why)
    return next(view for view in holds(turn) if view.ref == ref)


def lift(turn: Turn, ref: str, reason: str) -> HoldView:
    """A manager ends a hold, with the reason."""
    turn.require_manager("Lifting a legal hold")
    row = turn.uow.need("legal hold", ref, "retention.hold", ref=ref.strip().upper(), id=id_of(ref))
    if row.closed_us is not None:
        raise Refusal("already_lifted", f"{row.ref} was lifted already.", "See `casedesk retention holds`.")
    why = asked.words(reason, "The reason")
    turn.uow.run("retention.lift", id=row.id, now_us=turn.now_us, closed_by=turn.actor.id, reason=why)
    turn.uow.audit("hold.lifted", row.ref, matter_id=row.matter_id, reason=why)
    return next(view for view in holds(turn) if view.ref == row.ref)


def holds(turn: Turn) -> tuple[HoldView, ...]:
    """Every hold one may see, the standing ones first."""
    return tuple(
        HoldView(
            row.ref,
            row.matter_ref or row.client_ref or "",
            row.reason,
            turn.calendar.today(instant(row.opened_us)),
            turn.handle(row.opened_by),
            None if row.closed_us is None else turn.calendar.today(instant(row.closed_us)),
            turn.handle(row.closed_by) or None,
            row.closed_reason,
        )
        for row in turn.uow.all("retention.holds")
    )


def ask(turn: Turn, matter: str, reason: str) -> ErasureView:
    """Ask that a closed matter be erased; another person carries it out. Refused while a hold stands, and, without
    the client's own request in the reason, before its term is over (the reason then says why)."""
    row = turn.matter(matter)
    if not turn.actor.is_manager and turn.signing_licence() is None:
        raise NotAllowed(
            "not_allowed", "An erasure is asked for by an attorney or a manager.", "Ask one of them."
        )
    why = asked.words(reason, "The reason")
    if row.status != MatterStatus.CLOSED:
        raise Refusal(
            "not_closed", f"{row.ref} is {row.status}; only a closed matter is erased.", "Close it first."
        )
    _refuse_held(turn, row.id, row.ref)
    before = turn.uow.one("retention.open_of", matter_id=row.id)
    if before is not None:
        raise Refusal(
            "already_asked", f"{before.ref} asks for that already.", "Another person carries it out."
        )
    erasure_id, ref = turn.uow.new_id(), turn.uow.new_ref("E", "erasure")
    turn.uow.insert(
        "erasure",
        id=erasure_id,
        ref=ref,
        matter_id=row.id,
        reason=why,
        asked_by=turn.actor.id,
        asked_us=turn.now_us,
    )
    turn.uow.audit("erasure.asked", ref, matter_id=row.id, reason=why)
    return _view(turn, turn.uow.need("erasure", ref, "retention.find", ref=ref, id=0))


def carry_out(turn: Turn, ref: str, *, confirm: str) -> ErasureView:
    """Erase what was asked for: the papers' keys are destroyed, the words emptied. `confirm` is the matter's number.

    Takes a manager who is not the one who asked (a firm of one person excepted). Nothing brings it back.
    """
    turn.require_manager("Carrying out an erasure")
    row = turn.uow.need("erasure", ref, "retention.find", ref=ref.strip().upper(), id=id_of(ref))
    if row.done_us is not None:
        raise Refusal(
            "already_erased", f"{row.ref} was carried out already.", "See `casedesk retention erasures`."
        )
    if confirm.strip().upper() != row.matter_ref:
        raise Refusal(
            "wrong_matter", f"{row.ref} is of matter {row.matter_ref}.", "Type the matter's number."
        )
    if row.asked_by == turn.actor.id and turn.uow.scalar("firm.active_staff") > 1:
        raise NotAllowed(
            "erasure_by_another",
            "Whoever asks for an erasure does not carry it out.",
            "Another manager does.",
        )
    _refuse_held(turn, row.matter_id, row.matter_ref)
    papers = int(turn.uow.scalar("retention.papers", matter_id=row.matter_id))
    turn.uow.run("retention.carry_out", id=row.id, now_us=turn.now_us, done_by=turn.actor.id, papers=papers)
    turn.uow.audit("erasure.done", row.ref, matter_id=row.matter_id, papers=papers)
    return _view(turn, turn.uow.need("erasure", ref, "retention.find", ref=row.ref, id=0))


def erasures(turn: Turn) -> tuple[ErasureView, ...]:
    """Every erasure of matters one may see, the newest first."""
    return tuple(_view(turn, row) for row in turn.uow.all("retention.listing"))


# --- within


def _refuse_held(turn: Turn, matter_id: int, matter_ref: str) -> None:
    standing = turn.uow.all("retention.holds_on", matter_id=matter_id)
    if standing:
        raise Refusal(
            "erasure_held",
            f"A legal hold stands on {matter_ref}: {standing[0].ref}, {standing[0].reason}.",
            "A manager lifts it first: `casedesk retention lift`.",
        )


def _view(turn: Turn, row: object) -> ErasureView:
    from typing import Any, cast

    found = cast(Any, row)
    done = at(found.done_us)
    return ErasureView(
        found.ref,
        found.matter_ref,
        found.reason,
        turn.handle(found.asked_by),
        turn.calendar.today(instant(found.asked_us)),
        turn.handle(found.done_by) or None,
        None if done is None else turn.calendar.today(done),
        found.papers,
        opaque(found.id),
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)

"""The authority matrix as data: who may do which act of the firm, what of it may be handed on, to whom, under whom.

It stands in `data/templates/authority/authority.toml`. An act that is wrong refuses to load. What the desk refuses
and what the matrix says are compared by a test, act by act and person by person.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, StrictInt, ValidationError, model_validator

from casedesk.models.enums import SIGNING_LICENCES, Confidence, LicenceKind, OwnerKind, Role
from casedesk.routing.schema import Sentence, Slug, Strict, Title, refuse_unknown

May = Literal["yes", "own", "no"]
"""`own`: in the matters they are an owner of, as the act names it, and nowhere else."""

RESERVED, SUPPORT = "reserved_step", "support_work"
"""The act of reserved work that no act names, and of any other work."""

MANAGING = frozenset({Role.OPERATIONS_MANAGER, Role.MANAGING_PARTNER})


class MatrixError(ValueError):
    """The authority matrix does not load; the message is one sentence."""


class Course(Strict):
    """A training, or a written policy. It counts in its edition, for `months` (forever where there are none).

    `given`: the firm gives it and says so of somebody; otherwise each acknowledges it for themselves.
    """

    id: Slug
    title: Title
    edition: Title
    months: StrictInt | None = Field(default=None, ge=1, le=120)
    given: bool = False


class Act(Strict):
    """One act: who may do it, and on which ground.

    `anyone` is everybody of the firm; else one of the `licences` or of the `roles` suffices, or being that owner of
    the matter. `outsource`: people from outside may do it too, in their matters. `delegate`: a task that is this act
    may be handed on under supervision, to somebody with one of the roles in `to` who has the `training`. `within`:
    partial accreditation does not reach it before the court (8 CFR 1003.0(f)(3)). `not_own`: nobody does it for
    themselves. `held` says who refuses it to everybody else: the store, or the desk alone, as workflow.
    """

    id: Slug
    title: Title
    task_kinds: tuple[Slug, ...] = ()
    anyone: bool = False
    licences: tuple[LicenceKind, ...] = ()
    roles: tuple[Role, ...] = ()
    owners: tuple[OwnerKind, ...] = ()
    outsource: bool = False
    delegate: bool = False
    to: tuple[Role, ...] = ()
    training: tuple[Slug, ...] = ()
    training_rule: Literal["refuse", "warn"] = "refuse"
    skills: tuple[Slug, ...] = ()
    within: bool = False
    not_own: bool = False
    held: Literal["store", "desk"] = "store"
    ground: Sentence
    citation: Title
    confidence: Confidence

    @model_validator(mode="after")
    def _sound(self) -> Self:
        named = bool(self.licences or self.roles or self.owners)
        for wrong, why in (
            (self.anyone == named, "An act is either anyone's, or names licences, roles or owners."),
            (
                self.delegate != bool(self.to),
                "An act that may be delegated names to whom, and no other does.",
            ),
            (self.outsource and not self.anyone, "What takes a licence or a role stays in the firm."),
            (self.delegate and not self.anyone, "What takes a licence or a role is not delegated."),
            (self.within and not self.licences, "Only a licence has a scope."),
        ):
            if wrong:
                raise ValueError(why)
        return self


class Matrix(Strict):
    """All acts of one version. A supervisor holds a licence to sign; `supervisors` is the training asked of them."""

    version: StrictInt = Field(ge=1)
    title: Title
    effective_from: date
    supervisors: tuple[Slug, ...] = ()
    course: tuple[Course, ...] = ()
    act: tuple[Act, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for what, names in (
            ("act", [a.id for a in self.act]),
            ("course", [c.id for c in self.course]),
            ("task kind", [k for a in self.act for k in a.task_kinds]),
        ):
            twice = [name for name, n in Counter(names).items() if n > 1]
            if twice:
                raise ValueError(f"The {what} {twice[0]} stands twice.")
        courses = [c.id for c in self.course]
        refuse_unknown("course", self.supervisors, courses)
        for act in self.act:
            refuse_unknown("course", act.training, courses)
        refuse_unknown("act", (RESERVED, SUPPORT), [a.id for a in self.act])
        return self

    def find(self, act: str) -> Act | None:
        """The act of that id, None for one that is none."""
        return next((a for a in self.act if a.id == act), None)

    def get(self, act: str) -> Act:
        """The act of that id. Raises KeyError: a name in the code that is none is a mistake of ours."""
        found = self.find(act)
        if found is None:
            raise KeyError(act)
        return found

    def act_of(self, kind: str, *, reserved: bool) -> Act:
        """What a task of that kind is: its own act, else reserved work or support."""
        for act in self.act:
            if kind in act.task_kinds and (not reserved or not act.anyone):
                return act
        return self.get(RESERVED if reserved else SUPPORT)

    @property
    def kept_inside(self) -> frozenset[str]:
        """The kinds of tasks that people from outside never get."""
        return frozenset(kind for act in self.act if not act.outsource for kind in act.task_kinds)

    def course_of(self, name: str) -> Course | None:
        return next((c for c in self.course if c.id == name), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is on a day, as far as the matrix asks: roles, live licences, of the firm or from outside."""

    roles: frozenset[Role] = frozenset()
    licences: frozenset[LicenceKind] = frozenset()
    outside: bool = False


def permits(act: Act, who: Standing) -> May:
    """Whether somebody may do an act. The scope of a licence depends on the matter and is not asked here."""
    if who.outside and not act.outsource:
        return "no"
    if act.anyone or who.licences & set(act.licences) or who.roles & set(act.roles):
        return "yes"
    return "own" if act.owners and _may_own(act, who) else "no"


def _may_own(act: Act, who: Standing) -> bool:
    attorneys = {OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY}
    return bool(who.licences & SIGNING_LICENCES) or not set(act.owners) <= attorneys


@dataclass(frozen=True)
class Authority:
    """The matrix in force, and the SHA-256 of its text, which every delegation names."""

    matrix: Matrix
    sha256: str


def load(text: str) -> Authority:
    """Read the matrix. Raises `MatrixError`, naming what is wrong and where."""
    try:
        data = tomllib.loads(text)
        matrix = Matrix.model_validate(data)
    except tomllib.TOMLDecodeError as error:
        raise MatrixError(f"The authority matrix is no TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = _place(data, first["loc"])
        raise MatrixError(f"The authority matrix is wrong at {place}: {first['msg']}") from error
    return Authority(matrix, hashlib.sha256(text.encode()).hexdigest())


def _place(data: dict[str, Any], steps: tuple[int | str, ...]) -> str:
    """Where a mistake stands, an act or a course by its id and not by its number: "act sign_off, licences.0"."""
    if len(steps) > 1 and isinstance(steps[1], int):
        named = data[str(steps[0])][steps[1]].get("id", steps[1] + 1)
        rest = ".".join(str(step) for step in steps[2:])
        return f"{steps[0]} {named}" + (f", {rest}" if rest else "")
    return ".".join(str(step) for step in steps) or "its top"

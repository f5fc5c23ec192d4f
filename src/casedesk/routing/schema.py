"""The shapes that rule, playbook and chain files share. Everything is frozen and nothing unknown is let in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from casedesk.calendars.business import Unit
from casedesk.routing.effects import OpenItem, TimerClock
from casedesk.routing.errors import UnknownName
from casedesk.routing.strategies import known_specs, parse_spec

Slug = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Sentence = Annotated[str, Field(min_length=1, max_length=1000)]

TASK_OWNER = "task.owner"
"""A chain's target: whoever owns the task when the timer fires."""


def unknown_name(error: UnknownName) -> PydanticCustomError:
    """`error` in the form that carries its nearest name through validation."""
    context = {"name": error.name, "nearest": error.nearest or "", "sentence": str(error)}
    return PydanticCustomError("unknown_name", "{sentence}", context)


def refuse_unknown(what: str, names: Iterable[object], known: Iterable[str]) -> None:
    """Raise for the first of `names` that is not `known`, naming the nearest."""
    allowed = list(known)
    for name in names:
        if name not in allowed:
            raise unknown_name(UnknownName(what, str(name), allowed))


class Strict(BaseModel):
    """A frozen model that names the nearest known key for one it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)
    calls_keys: ClassVar[str] = "key"

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if isinstance(data, dict):
            refuse_unknown(cls.calls_keys, data, (f.alias or n for n, f in cls.model_fields.items()))
        return data


def _owner(text: str) -> str:
    try:
        parse_spec(text)
    except UnknownName as error:
        raise unknown_name(error) from error
    return text


def _target(text: str) -> str:
    if text == TASK_OWNER:
        return text
    try:
        return _owner(text)
    except PydanticCustomError as error:
        context = error.context or {}
        raise unknown_name(
            UnknownName("target", str(context["name"]), [TASK_OWNER, *known_specs()])
        ) from error


Owner = Annotated[str, AfterValidator(_owner)]
Owners = Annotated[tuple[Owner, ...], Field(min_length=1)]
Target = Annotated[str, AfterValidator(_target)]


class Amount(Strict):
    """A span with its unit. Days are whole."""

    amount: float = Field(gt=0, le=10_000)
    unit: Unit

    @model_validator(mode="after")
    def _whole_days(self) -> Self:
        if self.unit in (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS) and self.amount != int(self.amount):
            raise ValueError(f"{self.amount:g} {self.unit} is not a whole number of days.")
        return self


class DueSpec(Strict):
    """When work is due: at the close of a day counted from the opening of the task, or from one of the matter's dates.

    Spans in hours fall on the instant. Counted from a date, `amount` is how much earlier, in days, and `floor` how
    long the owner has at least; where the matter has no such date, `floor` alone counts.
    """

    anchor: Literal["opened", "internal_due", "agency_due"] = "opened"
    amount: float = Field(default=0, ge=0, le=10_000)
    unit: Unit
    floor: Amount | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        in_days = self.unit in (Unit.BUSINESS_DAYS, Unit.CALENDAR_DAYS)
        if in_days and self.amount != int(self.amount):
            raise ValueError(f"{self.amount:g} {self.unit} is not a whole number of days.")
        if self.anchor == "opened":
            if self.amount <= 0:
                raise ValueError("A due date counted from the opening needs an amount above zero.")
            if self.floor is not None:
                raise ValueError("A floor belongs to a due date counted from internal_due or agency_due.")
        elif not in_days or self.floor is None:
            raise ValueError(f"A due date counted from {self.anchor} is counted in days and needs a floor.")
        return self


class ChainStep(Strict):
    """One step of an escalation: `after` the arming, or `before_agency_due` (exactly one), while `when` holds."""

    when: Literal["unacknowledged", "incomplete"]
    after: Amount | None = None
    before_agency_due: Amount | None = None
    do: Literal["remind", "reassign", "alert"]
    to: Annotated[tuple[Target, ...], Field(min_length=1)]

    @cached_property
    def clock(self) -> TimerClock:
        """Which clock its timer runs by: only the office's stops while a task waits."""
        if self.after is None:
            return "deadline"
        return "business" if self.after.unit in (Unit.BUSINESS_HOURS, Unit.BUSINESS_DAYS) else "elapsed"

    @model_validator(mode="after")
    def _one_clock(self) -> Self:
        if (self.after is None) == (self.before_agency_due is None):
            raise ValueError("A step has either after or before_agency_due.")
        if self.before_agency_due is not None and self.before_agency_due.unit != Unit.ELAPSED_HOURS:
            raise ValueError("The deadline clock never pauses: before_agency_due is counted in elapsedHours.")
        if self.do == "reassign" and TASK_OWNER in self.to:
            raise ValueError("Work cannot be reassigned to the owner it has.")
        return self


class Chain(Strict):
    """A named escalation."""

    id: Slug
    title: Title
    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1, max_length=12)]


class Item(Strict):
    """One line of a checklist."""

    id: Slug
    text: Sentence
    required: bool = True
    reserved: bool = False
    wants_file: bool = False
    hint: Sentence | None = None


class Wait(Strict):
    """The task waits on somebody from its first minute and wakes up after `wake`."""

    on: Literal["agency", "client", "third_party"]
    wake: Amount


class Work(Strict):
    """What a task is made from, in a playbook's step and in a rule alike.

    `dated`: the matter's dates stand on the task, cap its due date and arm the deadline clock.
    """

    title: Title
    owner: Owners
    acknowledge: Amount | None = None
    due: DueSpec
    hours: float = Field(default=0.5, gt=0, le=1000)
    reserved: bool = False
    chain: Slug | None = None
    dated: bool = True
    wait: Wait | None = None
    items: tuple[Item, ...] = ()

    @cached_property
    def lines(self) -> tuple[OpenItem, ...]:
        """The checklist its task opens with, as far as the file knows it."""
        return tuple(
            OpenItem(i.id, i.text, i.required, i.reserved, i.wants_file, i.hint) for i in self.checklist()
        )

    def checklist(self) -> tuple[Item, ...]:
        """Every line of the checklist, in order; what a notice asks for is not known here."""
        return self.items

    @model_validator(mode="after")
    def _items_once(self) -> Self:
        names = [i.id for i in self.items]
        if len(set(names)) < len(names):
            raise ValueError(f"An item id stands twice in {self.title!r}.")
        return self

"""Cases written beside the rules: what must come of which facts. `casedesk.routing.cases` runs them."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from pydantic import Field, StrictBool, StrictInt, field_validator, model_validator

from casedesk.models.enums import Priority
from casedesk.routing.errors import UnknownName
from casedesk.routing.schema import Sentence, Slug, Strict, refuse_unknown, unknown_name
from casedesk.routing.vocabulary import Trigger, canonical_field, checked_value
from casedesk.routing.witness import MODEL_FIRM

Scalar = StrictBool | StrictInt | date | str

HANDLES = tuple(p.handle for p in MODEL_FIRM.values())


class Expected(Strict):
    """One thing that must come of a case: a task, a playbook, somebody told, a client message, or a priority.

    `owner` (of a task) and `notify` are handles of the model firm, `due` the local day a task is due on.
    """

    task: Slug | None = None
    owner: str | None = None
    due: date | None = None
    playbook: Slug | None = None
    notify: str | None = None
    message: Slug | None = None
    priority: Priority | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        things = [self.task, self.playbook, self.notify, self.message, self.priority]
        if sum(t is not None for t in things) != 1:
            raise ValueError("What is expected is one of task, playbook, notify, message and priority.")
        if self.task is None and (self.owner is not None or self.due is not None):
            raise ValueError("Only a task has an owner and a due date.")
        refuse_unknown("person", [h for h in (self.owner, self.notify) if h is not None], HANDLES)
        return self


class Case(Strict):
    """Facts, and what must come of them in the model firm. The event comes at 10:30 on the day `on`.

    `fires` are all rules that fire, in any order; `no_other_task` says that no task opens but those expected. `away` are handles of
    the model firm, where each person is called by her part: primary_paralegal, lead_attorney, operations_manager ...
    """

    title: Sentence
    trigger: Trigger
    on: date = date(2026, 11, 9)
    facts: dict[str, Scalar] = Field(default_factory=dict)
    away: tuple[str, ...] = ()
    agency_due: date | None = None
    internal_due: date | None = None
    client_language: str | None = None
    fires: tuple[Slug, ...] | None = None
    expect: tuple[Expected, ...] = ()
    no_other_task: StrictBool = False

    @field_validator("facts", mode="after")
    @classmethod
    def _known(cls, facts: dict[str, Any]) -> dict[str, Any]:
        try:
            for name, value in facts.items():
                checked_value(canonical_field(name), value)
        except UnknownName as error:
            raise unknown_name(error) from error
        return facts

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        refuse_unknown("person", self.away, HANDLES)
        if self.fires is None and not self.expect and not self.no_other_task:
            raise ValueError(f"Case {self.title!r} expects nothing: give fires, expect or no_other_task.")
        return self

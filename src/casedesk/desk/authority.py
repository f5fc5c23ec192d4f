"""Who may do what: the matrix of `data/templates/authority/`, asked of the people of this firm, today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casedesk.desk import sight
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import ActView
from casedesk.models.enums import LicenceKind, OwnerKind, Role
from casedesk.refusal import NotAllowed, NotFound
from casedesk.routing.authority import MANAGING, Act, Matrix, Standing, permits
from casedesk.routing.facts import PersonFacts

_WORDS = {
    LicenceKind.ATTORNEY: "an attorney",
    LicenceKind.ACCREDITED_REPRESENTATIVE: "an accredited representative",
    LicenceKind.REVIEWER: "a trained reviewer",
}


def matrix(turn: Turn) -> Matrix:
    """The matrix in force."""
    return turn.house.authority.matrix


def acts(turn: Turn) -> tuple[ActView, ...]:
    """Every act as people read it, in the order of the file."""
    authority = turn.house.authority
    return tuple(_view(turn, act, authority.sha256) for act in authority.matrix.act)


def act(turn: Turn, name: str) -> ActView:
    """One act by id. Raises `NotFound`."""
    found = matrix(turn).find(name.strip().lower().replace("-", "_"))
    if found is None:
        raise NotFound("act", name, "See `casedesk delegate acts`.")
    return _view(turn, found, turn.house.authority.sha256)


def act_of(turn: Turn, task: Any) -> Act:
    """What a task is, by its kind; reserved work that no act names is a reserved step."""
    return matrix(turn).act_of(task.kind, reserved=bool(task.reserved))


def standing(turn: Turn, person_id: int) -> Standing:
    """What somebody active is today: roles, live licences, of the firm or from outside."""
    person = turn.staff.get(person_id)
    if person is None:
        return Standing()
    today = turn.today.isoformat()
    live = {
        LicenceKind(row.kind)
        for row in turn.uow.all("person.licences_of", person_id=person_id)
        if row.expires is None or row.expires >= today
    }
    roles = person.roles
    if roles & MANAGING and not any(Role.MANAGING_PARTNER in p.roles for p in turn.staff.values()):
        # A firm without a managing partner leaves their acts to whoever manages it.
        roles |= {Role.MANAGING_PARTNER}
    return Standing(roles, frozenset(live), person.outside)


def who(act: Act) -> str:
    """Who may do an act, in words: "a manager", "an attorney, or an accredited representative"."""
    if act.anyone:
        return "anybody of the firm, or from outside" if act.outsource else "anybody of the firm"
    named = [_WORDS[kind] for kind in act.licences]
    managing = {"operations_manager", "managing_partner"} <= set(act.roles)
    named += ["a manager"] if managing else []
    named += [f"a {role.replace('_', ' ')}" for role in act.roles if not managing]
    named += _owners(act)
    said = ", or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"{said}, never for themselves" if act.not_own else said


def _owners(act: Act) -> list[str]:
    if set(act.owners) == set(OwnerKind):
        return ["somebody who works on the matter"]
    attorneys = {OwnerKind.LEAD_ATTORNEY, OwnerKind.SUPERVISING_ATTORNEY}
    return ["the matter's attorney"] if set(act.owners) == attorneys else [_plain(o) for o in act.owners]


def held(turn: Turn, act: Act) -> str:
    """Who refuses the act to everybody else. On a local store that is the desk: a file does not know who writes it."""
    return act.held if turn.uow.dialect.name == "postgresql" else "desk"


def refuse_owner(turn: Turn, task: Any, person: PersonFacts) -> None:
    """Raises `NotAllowed` for somebody from outside where work of this task's kind stays in the firm."""
    if not person.outside:
        return
    wanted = act_of(turn, task)
    if not wanted.outsource:
        raise NotAllowed(
            "kept_inside",
            f"{task.ref} is work that stays in the firm ({wanted.title}); {person.handle} is from outside.",
            "Choose somebody of the firm.",
        )


def people_of(turn: Turn, matter_id: int | None, *, court: bool = False) -> dict[int, PersonFacts]:
    """The staff as routing sees them for one matter, or for work of none.

    A partial accreditation is no licence before the court (`court` for a matter that is not written yet), and who may
    not see the matter is walled off (`sight.people`).
    """
    people = sight.people(turn, matter_id)
    if turn.partial and (court or turn.before_court(matter_id)):
        for person_id, trained in turn.partial.items():
            people[person_id] = replace(people[person_id], licensed=False, second_reviewer=trained)
    return people


def kept_inside(turn: Turn, people: Mapping[int, PersonFacts]) -> frozenset[str]:
    """The kinds of tasks that nobody from outside gets; none where nobody is from outside."""
    if not any(person.outside for person in people.values()):
        return frozenset()
    return matrix(turn).kept_inside


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _view(turn: Turn, act: Act, sha256: str) -> ActView:
    courses = {course.id: course for course in matrix(turn).course}
    return ActView(
        id=act.id,
        title=act.title,
        who=who(act),
        roles=tuple(act.roles),
        licences=tuple(act.licences),
        owners=tuple(act.owners),
        task_kinds=act.task_kinds,
        delegable=act.delegate,
        outsourceable=act.outsource,
        to=tuple(act.to),
        training=tuple(courses[name].title for name in act.training),
        within_scope=act.within,
        held=held(turn, act),
        mine=permits(act, standing(turn, turn.actor.id)),
        ground=act.ground,
        citation=act.citation,
        confidence=act.confidence.value,
        version=turn.house.authority.matrix.version,
        sha256=sha256,
    )

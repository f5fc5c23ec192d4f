"""What a matter of the larger demo firms is: its people, its playbooks under way, who did which step when.

Values only; `rows` spells them for the store. Chance is handed in, so that the same size on the same day is the same
firm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from casedesk.demo import crowd
from casedesk.desk.matters import MAIN_FORM
from casedesk.desk.turn import Turn, micros
from casedesk.models.enums import OwnerKind, PartyRole, Role
from casedesk.routing.playbooks import Playbook

Shares = tuple[tuple[str, ...], tuple[int, ...]]


def _shares(**hundredths: int) -> Shares:
    return tuple(hundredths), tuple(accumulate(hundredths.values()))


TYPES = _shares(
    family_petition=17,
    asylum=14,
    marriage_green_card=13,
    adjustment_of_status=12,
    naturalization=12,
    h1b=8,
    removal_defense=6,
    daca_renewal=5,
    u_visa=4,
    i751=4,
    employment_immigrant=3,
    o1=1,
    l1a=1,
)
STATES = _shares(new=8, acknowledged=20, in_progress=46, waiting=22, on_hold=4)
PRIORITIES = _shares(standard=82, high=11, low=5, emergency=2)

OWN_BOOK = {"naturalization": "n400"} | {
    name: name
    for name in ("marriage_green_card", "asylum", "h1b", "daca_renewal", "u_visa", "i751", "o1", "l1a")
}
OTHER_BOOKS = ("notice_receipt", "biometrics", "rfe", "interview", "filing_assembly")
BY_HAND = (("call_back", "Call the client back", 0.5), ("other", "Bring the file up to date", 0.5))
EMPLOYERS = frozenset({"h1b", "l1a", "o1", "employment_immigrant"})

BACK, AHEAD = 620, 120
"""Business days of history, and days ahead that work may fall due on."""

MEAN_AGE = 160
"""Business days since a matter was opened, on average."""

HOUR_US = 3_600_000_000
DAY_HOURS = 8.5

LINES = 2
"""Lines of a checklist that an open task of theirs has."""


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    handle: str


Line = tuple[str, str, str, int, int, int]
"""Code, text, hint, and whether it is required, reserved, and wants a file."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a playbook, or with no `book` what people ask of each other."""

    book: str | None
    id: str
    kind: str
    title: str
    hours: float
    reserved: bool = False
    attorney: bool = False
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Office:
    """Who works here, when it is open, and what it works by. `opens` are the first instants, in microseconds, of the
    business days up to the present one and of those to come; `present` is the last office hour so far."""

    paralegals: tuple[Colleague, ...]
    attorneys: tuple[Colleague, ...]
    office_id: int
    opens: tuple[int, ...]
    days: tuple[date, ...]
    newest: int
    present: int
    books: dict[str, tuple[Step, ...]]

    @classmethod
    def of(cls, turn: Turn, now: datetime) -> Office:
        """The office of a store, as it is at `now`."""
        people = sorted(turn.people.values(), key=lambda p: p.handle)
        calendar, present = turn.calendar, turn.calendar.at_or_before_business(now)
        today = calendar.today(present)
        all_days = (today + timedelta(days=n) for n in range(-BACK * 3 // 2, AHEAD))
        days = tuple(day for day in all_days if calendar.is_business_day(day))
        heads = {head.id: head for head in turn.library.playbooks.heads}
        return cls(
            paralegals=tuple(Colleague(p.id, p.handle) for p in people if Role.PARALEGAL in p.roles),
            attorneys=tuple(Colleague(p.id, p.handle) for p in people if p.licensed),
            office_id=turn.office.id,
            opens=tuple(micros(calendar.start_of_business(day)) for day in days),
            days=days,
            newest=days.index(today),
            present=micros(present),
            books={
                name: _steps(turn.library.playbooks.get(name, heads[name].version))
                for name in sorted({*OWN_BOOK.values(), *OTHER_BOOKS})
            },
        )

    def opened_on(self, place: int, many: int) -> int:
        """On which day, as a place in `days`, the matter of that place among `many` was opened: the oldest first."""
        age = int(-MEAN_AGE * math.log((place + 0.5) / many))
        return max(self.newest - 1 - age, 0)


def _steps(book: Playbook) -> tuple[Step, ...]:
    return tuple(
        Step(
            book=book.id,
            id=step.id,
            kind=step.kind,
            title=step.title,
            hours=step.hours,
            reserved=step.reserved,
            attorney="attorney" in step.owner[0],
            lines=tuple(
                (
                    each.id,
                    each.text,
                    each.hint or "",
                    int(each.required),
                    int(each.reserved),
                    int(each.wants_file),
                )
                for each in step.checklist()[:LINES]
            ),
        )
        for step in book.step
    )


@dataclass(slots=True)
class Work:
    """One task and how far it got; instants in microseconds, None for what has not happened."""

    step: Step
    owner: Colleague
    why: str
    state: str = "done"
    created: int = 0
    due: int = 0
    due_day: date = date.min
    acknowledge_by: int | None = None
    acknowledged: int | None = None
    started: int | None = None
    done: int | None = None
    wakes: int | None = None


@dataclass(slots=True)
class TakenOver:
    """One matter with its work."""

    type: str
    caption: str
    client: str
    company: bool
    person: str
    role: PartyRole
    language: str
    priority: str
    form: str | None
    owners: dict[OwnerKind, Colleague]
    opened: int
    opened_day: date
    closed: int | None
    work: list[Work]


def matter(office: Office, chance: Random, begins: int, count: int) -> TakenOver:
    """A matter opened on that day (a place in `office.days`), with so many tasks."""
    kind = _pick(chance, TYPES)
    tongue = crowd.language(chance)
    person = crowd.person(chance, tongue)
    employer = kind in EMPLOYERS
    client = crowd.company(chance) if employer else person
    age = office.newest - begins
    closed = age > 60 and chance.random() < 0.55
    owners = _owners(office, chance)
    last = begins + int(age * chance.uniform(0.5, 1.0)) if closed else office.newest
    opened = office.opens[begins] + int(chance.random() * HOUR_US)
    work = _work(office, chance, kind, owners, count, (begins, last), closed)
    ends = max(each.done or 0 for each in work) + HOUR_US // 4
    return TakenOver(
        type=kind,
        caption=f"{client} / {person.partition(',')[0]}" if employer else person,
        client=client,
        company=employer,
        person=person,
        role=_role(kind),
        language=tongue,
        priority=_pick(chance, PRIORITIES),
        form=MAIN_FORM.get(kind),
        owners=owners,
        opened=opened,
        opened_day=office.days[begins],
        closed=ends if closed else None,
        work=work,
    )


def _owners(office: Office, chance: Random) -> dict[OwnerKind, Colleague]:
    paralegal, second = chance.sample(office.paralegals, 2)
    lead, supervisor = chance.sample(office.attorneys, 2)
    return {
        OwnerKind.PRIMARY_PARALEGAL: paralegal,
        OwnerKind.SECONDARY_PARALEGAL: second,
        OwnerKind.LEAD_ATTORNEY: lead,
        OwnerKind.SUPERVISING_ATTORNEY: supervisor,
    }


def _work(
    office: Office,
    chance: Random,
    kind: str,
    owners: dict[OwnerKind, Colleague],
    count: int,
    span: tuple[int, int],
    closed: bool,
) -> list[Work]:
    """The steps in their order: those that are behind, then what is open, none of it in a closed matter."""
    begins, last = span
    still_open = 0 if closed else min(count, chance.choice((1, 1, 2, 2, 3, 4)))
    work = []
    for place, step in enumerate(_planned(office, chance, kind, count)):
        led = step.reserved or step.attorney or chance.random() < 0.08
        one = Work(
            step,
            owners[OwnerKind.LEAD_ATTORNEY if led else OwnerKind.PRIMARY_PARALEGAL],
            "the matter's lead attorney" if led else "the matter's primary paralegal",
        )
        if place < count - still_open:
            _done(office, chance, one, begins + (last - begins) * place // count, last)
        else:
            _open(office, chance, one, begins)
        work.append(one)
    return work


def _planned(office: Office, chance: Random, kind: str, count: int) -> list[Step]:
    """The steps of the matter's own playbook, then of what came on the way, then what people ask of each other."""
    found = list(office.books[OWN_BOOK[kind]]) if kind in OWN_BOOK else []
    for name in chance.sample(OTHER_BOOKS, 3):
        found += office.books[name]
    while len(found) < count:
        what, title, hours = chance.choice(BY_HAND)
        found.append(Step(None, "", what, title, hours))
    return found[:count]


def _done(office: Office, chance: Random, one: Work, day: int, last: int) -> None:
    one.created = office.opens[day] + int((1 + chance.random() * 4) * HOUR_US)
    one.acknowledge_by = _acknowledge_by(office, day, one.created)
    one.acknowledged = one.created + int(chance.uniform(0.05, 3.0) * HOUR_US)
    takes = min(int(chance.expovariate(1 / 6)), last - day)
    until = office.opens[day + takes] + int(chance.uniform(0.2, 8.3) * HOUR_US)
    one.done = min(max(until, one.acknowledged + HOUR_US // 4), office.present - HOUR_US)
    one.due, one.due_day = _due(office, day + chance.choice((2, 3, 5, 5, 8, 10, 15)))


def _open(office: Office, chance: Random, one: Work, begins: int) -> None:
    one.state = _pick(chance, STATES)
    day = office.newest
    if one.state == "new":
        one.created = max(
            office.present - int(chance.uniform(0.1, 3.0) * HOUR_US), office.opens[office.newest]
        )
    else:
        day = max(begins, office.newest - 2 - int(chance.expovariate(1 / 12)))
        one.created = office.opens[day] + int((1 + chance.random() * 4) * HOUR_US)
        one.acknowledged = one.created + int(chance.uniform(0.05, 3.0) * HOUR_US)
        if one.state != "acknowledged":
            one.started = one.acknowledged + int(chance.random() * HOUR_US // 5)
    one.acknowledge_by = _acknowledge_by(office, day, one.created)
    one.due, one.due_day = _due(office, office.newest + min(max(round(chance.gauss(12, 14)), -9), 75))
    if one.state == "waiting":
        day = office.newest + 1 + min(int(chance.expovariate(1 / 8)), 60)
        one.wakes = office.opens[day]


def _acknowledge_by(office: Office, day: int, created: int) -> int:
    """Four office hours after a task of that day was opened."""
    over = created + 4 * HOUR_US - office.opens[day] - int(DAY_HOURS * HOUR_US)
    return created + 4 * HOUR_US if over <= 0 else office.opens[day + 1] + over


def _due(office: Office, day: int) -> tuple[int, date]:
    """The end of that business day."""
    return office.opens[day] + int(DAY_HOURS * HOUR_US), office.days[day]


def _role(kind: str) -> PartyRole:
    if kind == "family_petition":
        return PartyRole.PETITIONER
    return PartyRole.RESPONDENT if kind == "removal_defense" else PartyRole.BENEFICIARY


def _pick(chance: Random, shares: Shares) -> str:
    return chance.choices(shares[0], cum_weights=shares[1])[0]

"""What the desk says: names for handles, days in words, next steps in keys and never in commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from casedesk.desk.views.gate import ReviewView
from casedesk.desk.views.people import PersonView
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal
from casedesk.screens import queue_rows
from casedesk.screens.drawing import Line
from casedesk.screens.handing import a_day
from casedesk.screens.keymap import KeyMap
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names
from casedesk.screens.words import changed_pages, kind_of, refused, title_of

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
MOMENT = Moment(NOW, "America/New_York")
SATURDAY = date(2026, 11, 21)


def _person(handle: str, name: str, **more: object) -> PersonView:
    view = PersonView(handle, name, ("paralegal",), False, ("en",), True)
    return replace(view, **more)  # type: ignore[arg-type]


NAMES = Names(
    (
        _person("mduarte", "Maria Duarte", present=False, cover="lchen", away_until=date(2026, 12, 18)),
        _person("lchen", "Li Chen"),
        _person("jreyes", "Julia Reyes"),
        _person("jreyes2", "Juan Reyes"),
        _person("gone", "Gone Away", active=False),
    )
)


def test_a_handle_is_said_as_a_name_and_two_alike_in_full() -> None:
    assert NAMES.short("mduarte") == "M. Duarte"
    assert NAMES.short("jreyes") == "Julia Reyes"
    assert NAMES.short("jreyes2") == "Juan Reyes"
    assert NAMES.short("nobody") == "nobody"
    assert NAMES.short(None) == ""
    assert NAMES.full("lchen") == "Li Chen"


def test_a_sentence_gets_names_and_days_and_keeps_numbers_and_addresses() -> None:
    said = NAMES.say("handed off by mduarte on 2026-11-02 for M-2026-0002; lchen@firm.example, 2026-13-45")
    assert said == "handed off by M. Duarte on 2 Nov 2026 for M-2026-0002; lchen@firm.example, 2026-13-45"


@pytest.mark.parametrize("typed", ["lchen", "Li Chen", "li", "chen", "Chen, Li", "L. Chen"])
def test_a_person_is_meant_by_handle_or_any_part_of_the_name(typed: str) -> None:
    assert NAMES.whom(typed) == "lchen"


def test_two_who_may_be_meant_are_named_and_nobody_is_left_to_the_desk() -> None:
    with pytest.raises(Refusal, match="Julia Reyes and Juan Reyes"):
        NAMES.whom("reyes")
    assert NAMES.whom("somebody") == "somebody"
    assert NAMES.whom("gone a") == "gone a"


def test_who_is_away_stands_with_who_covers() -> None:
    assert "Maria Duarte (away until 18 Dec 2026, covering: L. Chen)" in NAMES.listed()
    assert "Gone" not in NAMES.listed()
    assert "Reyes" not in NAMES.choices()
    assert {"Chen", "Li Chen", "lchen"} <= set(NAMES.choices())


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("30 Nov", date(2026, 11, 30)),
        ("Nov 30, 2027", date(2027, 11, 30)),
        ("4 jan", date(2027, 1, 4)),
        ("+7", date(2026, 11, 28)),
        ("Thu", date(2026, 11, 26)),
        ("saturday", date(2026, 11, 28)),
    ],
)
def test_a_day_as_people_type_it(typed: str, day: date) -> None:
    assert a_day(typed, SATURDAY) == day


@pytest.mark.parametrize("typed", ["11/12", "31 Feb", "soon", "+x", ""])
def test_what_may_be_two_days_or_none_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="is not a day"):
        a_day(typed, SATURDAY)


@pytest.mark.parametrize(
    "step",
    [
        "Say it with --note.",
        "See `casedesk person list`.",
        "casedesk packet verify P-1",
        "Run casedesk doctor",
    ],
)
def test_a_refusal_never_names_a_command_or_an_option(step: str) -> None:
    assert refused(Refusal("anything", "That is refused.", step)) == "That is refused."


def test_a_refusal_keeps_the_steps_a_person_at_the_desk_can_take() -> None:
    assert (
        refused(Refusal("x", "It is late.", "Look again and repeat.")) == "It is late. Look again and repeat."
    )
    shipping = refused(Refusal("not_shipped", "P-1 has not left.", "casedesk filing ship P-1"))
    assert KeyMap().spell(shipping) == "P-1 has not left. s ships it first."
    assert "key ef84" not in refused(Refusal("wrong_passphrase", "It does not open signing key ef84.", ""))


TASK = TaskView(
    id="1", ref="T-VZN1RS", title="Collect the evidence from the client", matter="M-2026-0001", kind="collect",
    status="waiting", owner="jbaptiste", due=datetime(2026, 11, 16, 22, 30, tzinfo=UTC), internal_due=None,
    agency_due=date(2027, 1, 11), priority="high", rank_reason=(), version=1, caption="Harbor Analytics Inc. / Wang",
    form="I-129", waiting_on="client", wake_up=datetime(2026, 11, 25, 14, 0, tzinfo=UTC),
)  # fmt: skip


def _text(line: Line) -> str:
    return "".join(text for text, _ in line)


@pytest.mark.parametrize("width", [77, 117])
@pytest.mark.parametrize("owner", [None, "J. Baptiste"])
def test_the_last_columns_of_a_task_are_whole(width: int, owner: str | None) -> None:
    shown = _text(queue_rows.task_line(TASK, MOMENT, width, owner))
    assert len(shown) == width
    assert "ask again 25 Nov" in shown
    assert (owner or "T-VZN1RS") in shown
    assert ("USCIS due 11 Jan" in shown) == (width == 117)
    far = replace(
        TASK, status="new", due=datetime(2028, 2, 28, 17, 0, tzinfo=UTC), agency_due=date(2028, 12, 28)
    )
    shown = _text(queue_rows.task_line(far, MOMENT, width, owner))
    assert "due 28 Feb 2028" in shown
    assert ("USCIS 28 Dec 2028" in shown) == (width == 117)
    review = replace(TASK, waiting_on="review", wake_up=None)
    assert "in review" in _text(queue_rows.task_line(review, MOMENT, width, owner))


REVIEW = ReviewView(
    id="r", ref="R-1", kind="signoff", task="t", matter="M-2026-0019", version=2, packet_sha256="", points=(),
    changed_pages=(3,), owner="aokafor", due=datetime(2026, 11, 23, 22, 30, tzinfo=UTC), state="open",
    title="Request for Evidence response, M-2026-0019", caption="Harbor Analytics Inc. / Wang", pages=180, minutes=25,
)  # fmt: skip


@pytest.mark.parametrize("width", [77, 117])
def test_a_review_says_how_long_it_takes_and_when_it_is_due(width: int) -> None:
    shown = _text(queue_rows.review_line(REVIEW, MOMENT, width))
    assert len(shown) == width
    assert "○ approval for filing" in shown
    assert "180 p, 25 min" in shown
    assert "due Mon 17:30" in shown
    assert "Harbor Analytics" in shown


def test_a_review_is_called_by_what_it_is_of() -> None:
    assert title_of(REVIEW) == "Request for Evidence response"
    assert changed_pages(REVIEW) == "changed: page 3"
    assert changed_pages(replace(REVIEW, changed_pages=(1, 2))) == "changed: pages 1, 2"
    assert changed_pages(replace(REVIEW, version=1)) == "first version: every page is new"
    assert kind_of("rfe") == "RFE"
    assert kind_of("interview") == "interview"

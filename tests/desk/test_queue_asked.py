"""Asking for tasks: on both stores a question finds exactly what holding every term against every task would find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from casedesk.desk import matters, papers, queue, tasks
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.views.work import TaskView
from casedesk.refusal import NotFound, Refusal, WrongUsage
from tests.support.firm import FirmFixture
from tests.support.notices import make_rfe

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 9)


def due(view: TaskView) -> date:
    return view.due.astimezone(NEW_YORK).date()


def test_a_question_finds_what_its_terms_say_and_nothing_else(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    rosa = duarte.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-485",),
        receipt="IOE0912345678",
    ).ref
    duarte.write(
        matters.open_matter, "asylum", "Smith, Ñandú", paralegal="bcole", attorney="lchen", playbook=True
    )
    duarte.write(
        matters.open_matter, "h1b", "Acme Corp.", paralegal="mduarte", attorney="lchen", playbook=True
    )
    duarte.write(papers.receive, prepare_bytes(make_rfe(), "rfe.pdf"))
    everything = duarte.read(queue.queue, scope="all", limit=200)
    assert len(everything) >= 4, [view.title for view in everything]
    mine = next(view for view in everything if view.owner == "mduarte" and view.status == "new")
    duarte.write(tasks.acknowledge, mine.ref)
    everything = duarte.read(queue.queue, scope="all", limit=200)

    cases: dict[str, Callable[[TaskView], bool]] = {
        "owner:@me": lambda v: v.owner == "mduarte",
        "-owner:mduarte": lambda v: v.owner != "mduarte",
        "kind:rfe": lambda v: v.kind.startswith("rfe"),
        f"matter:{rosa.lower()}": lambda v: v.matter == rosa,
        "type:asylum": lambda v: "Smith" in (v.caption or ""),
        "-type:asylum -type:h1b": lambda v: v.matter == rosa,
        'nandu "smith,"': lambda v: "Smith" in (v.caption or ""),
        "language:es": lambda v: v.language == "es",
        "form:i485": lambda v: v.form == "I-485",
        "state:acknowledged": lambda v: v.status == "acknowledged",
        "-state:new owner:@me": lambda v: v.status != "new" and v.owner == "mduarte",
        "due<=today+3d": lambda v: due(v) <= TODAY + timedelta(days=3),
        "due>today+3d": lambda v: due(v) > TODAY + timedelta(days=3),
        "-due<=today+3d owner:@me": lambda v: due(v) > TODAY + timedelta(days=3) and v.owner == "mduarte",
        "due:tomorrow": lambda v: due(v) == TODAY + timedelta(days=1),
        "agency>=2026-11-01": lambda v: v.agency_due is not None,
        "priority:high": lambda v: v.priority == "high",
    }
    met = 0
    for text, holds in cases.items():
        found = duarte.read(queue.queue, scope="all", where=text, limit=200)
        assert [v.ref for v in found] == [v.ref for v in everything if holds(v)], text
        met += bool(found)
    assert met >= 12, "most questions find something, or nothing would be proved"

    pages: list[str] = []
    while page := duarte.read(queue.queue, scope="all", limit=2, after=pages[-1] if pages else None):
        pages += [view.ref for view in page]
    assert sorted(pages) == sorted(view.ref for view in everything), "pages meet without a gap"

    for text, kind in (
        ("owner:nobody", NotFound),
        ("state:done", Refusal),
        ("type:asilum", Refusal),
        ("prio:high", WrongUsage),
    ):
        with pytest.raises(kind) as refused:
            duarte.read(queue.queue, scope="all", where=text)
        assert refused.value.next

"""The demo firm on both stores: its people and matters, every stage in flight, and a history that holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casedesk import demo
from casedesk.bootstrap import open_desk
from casedesk.demo import cast, notices, stories
from casedesk.demo.world import office
from casedesk.desk import (
    care,
    deadlines,
    filings,
    matters,
    messages,
    papers,
    reviews,
    signatures,
    tasks,
    timers,
    trail,
)
from casedesk.desk.desk import Desk
from casedesk.desk.house import House
from casedesk.desk.reading import prepare
from casedesk.desk.views.record import AuditView
from casedesk.founding import found_local
from casedesk.models.enums import Role
from casedesk.refusal import Refusal
from casedesk.reports import kpi
from tests.support import slow_kpi
from tests.support.clock import ManualClock
from tests.support.firm import CHEAP_KEY_KIB, plan
from tests.support.postgres import OwnedDb, PgServer
from tests.support.reports import of, same

NEW_YORK = ZoneInfo("America/New_York")

# A Saturday afternoon, and the first hour after a long weekend: neither may put work on a day the office is shut.
PRESENTS = {
    "sqlite": datetime(2026, 11, 21, 22, 0, tzinfo=UTC),
    "postgresql": datetime(2027, 1, 19, 14, 20, tzinfo=UTC),
}


@dataclass
class Made:
    """A demo, made once for all tests of this file; `again()` asks for it a second time."""

    folder: Path
    clock: ManualClock
    owned: OwnedDb | None
    first: demo.DemoMade
    shares: list[float]
    _desks: dict[str, Desk] = field(default_factory=dict)

    def again(self) -> demo.DemoMade:
        return _make(self.folder, self.clock, self.owned, None)

    def desk(self, handle: str) -> Desk:
        if handle not in self._desks:
            secret = _passwords(self.first.pgpass).get(handle)
            self._desks[handle] = open_desk(self.first.store, handle, clock=self.clock, password=secret)
        return self._desks[handle]

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()


def _make(
    folder: Path, clock: ManualClock, owned: OwnedDb | None, shares: list[float] | None
) -> demo.DemoMade:
    return demo.run(
        folder,
        "small",
        None if owned is None else owned.login_url(owned.owner),
        password=None if owned is None else owned.password,
        clock=clock,
        progress=None if shares is None else shares.append,
        key_memory_kib=CHEAP_KEY_KIB,
    )


def _passwords(pgpass: Path | None) -> dict[str, str]:
    if pgpass is None:
        return {}
    rows = [line.split(":") for line in pgpass.read_text(encoding="utf-8").splitlines()]
    return {row[3]: row[4] for row in rows}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("demo") / "firm"
    clock = ManualClock(PRESENTS[request.param])
    server: PgServer | None = None
    owned: OwnedDb | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("pg_server")
        owned = server.new_owner_database()
    shares: list[float] = []
    found = Made(folder, clock, owned, _make(folder, clock, owned, shares), shares)
    yield found
    found.close()
    if server is not None and owned is not None:
        server.drop(owned)


# -- who and what -------------------------------------------------------------------------------------------------


def test_ten_people_in_all_roles(made: Made) -> None:
    assert len(made.first.persons) == 10
    assert {role for person in made.first.persons for role in person.roles} == {str(role) for role in Role}
    assert made.first.opens_as == made.first.persons[0].handle == "mduarte"
    assert not made.first.existed
    assert made.desk("mduarte").demo


def test_forty_matters_of_many_types_and_languages(made: Made) -> None:
    found = made.desk("mduarte").read(matters.listing, status="all", limit=1000)
    assert len(found) == made.first.matters == 40
    assert len({matter.type for matter in found}) >= 6
    assert {"es", "zh", "vi", "pt", "ar", "ht"} <= {
        party.language
        for matter in found
        for party in made.desk("mduarte").read(matters.show, matter.ref).parties
    }


def test_rosa_as_the_scenarios_know_her(made: Made) -> None:
    rosa = made.desk("mduarte").read(matters.show, "IOE0912345678")
    assert (rosa.client, rosa.language, rosa.priority) == ("Ibarra, Rosa", "es", "high")
    assert (rosa.owners["primary_paralegal"], rosa.owners["lead_attorney"]) == ("mduarte", "aokafor")
    assert rosa.contact_rules
    assert rosa.links
    (form,) = [f for f in rosa.forms if f.form == "I-485"]
    assert (form.receipt_number, form.g28) == (
        "IOE0912345678",
        f"aokafor on {form.received}",
    )
    assert form.received is not None
    assert form.received.weekday() < 5


def test_employment_matters_have_their_employer(made: Made) -> None:
    desk = made.desk("mduarte")
    (acme,) = [m for m in desk.read(matters.listing, limit=1000) if m.type == "h1b" and "Nguyen" in m.caption]
    assert acme.caption == "Acme Corp. / Nguyen"
    roles = {party.role for party in desk.read(matters.show, acme.ref).parties}
    assert {"employer", "employer_contact", "beneficiary"} <= roles


def test_some_forms_have_not_been_looked_up_for_a_fortnight(made: Made) -> None:
    today = made.clock().astimezone(NEW_YORK).date()
    forms = [f for m in made.desk("mduarte").read(matters.listing, limit=1000) for f in m.forms]
    ages = [(today - form.checked).days for form in forms if form.checked is not None]
    assert any(age > 14 for age in ages)
    assert any(age <= 7 for age in ages)
    assert any(form.expires is not None for form in forms)


# -- in flight ----------------------------------------------------------------------------------------------------


def test_requests_for_evidence_at_every_stage(made: Made) -> None:
    desk = made.desk("jreyes")
    work = desk.read(tasks.queue, scope="all", limit=1000)
    assert len(work) == made.first.open_tasks < made.first.tasks
    assert any(t.kind == "rfe_intake" and t.status == "new" for t in work)
    assert any(t.kind == "rfe_draft" and t.status == "in_progress" and t.items_done for t in work)
    assert any(t.status == "waiting" and t.waiting_on == "client" for t in work)
    assert any(t.kind == "rfe_watch" for t in work)
    assert {r.kind for r in desk.read(reviews.listing, limit=200)} == {"content", "second", "signoff"}
    assert desk.read(reviews.listing, state="returned", limit=200)
    assert {s.state for s in desk.read(signatures.listing)} == {"sent", "back"}
    assert {f.state for f in desk.read(filings.listing)} == {"shipped", "delivered"}


def test_something_is_late_something_escalated_and_something_waits(made: Made) -> None:
    desk = made.desk("jreyes")
    work = desk.read(tasks.queue, scope="all", limit=1000)
    assert any(t.due < made.clock() and t.status in ("new", "in_progress") for t in work)
    assert any(d.arrived_late and d.state == "open" for d in desk.read(deadlines.listing, limit=200))
    assert {"task.escalated", "escalation.remind", "escalation.alert"} <= {e.action for e in _trail(desk)}
    assert any("nobody acknowledged" in t.owner_reason for t in work)
    assert desk.read(messages.listing, state="awaiting_approval")
    assert desk.read(messages.listing, state="sent")


def test_the_inbox_holds_a_request_of_no_known_matter(made: Made) -> None:
    unknown = made.desk("tfinn").read(papers.listing, unmatched=True)
    assert {paper.kind for paper in unknown} == {"rfe", "other"}
    assert any(
        d.matter is None and d.state == "provisional"
        for d in made.desk("jreyes").read(deadlines.listing, limit=200)
    )


def test_every_notice_was_read_as_it_was_meant(made: Made) -> None:
    desk = made.desk("jreyes")
    got = {d.name: d for d in desk.read(papers.listing, limit=1000) if d.name.startswith("I-797")}
    assert len(got) == len(stories.RFES) + 5
    for paper in got.values():
        wanted = (
            "biometrics" if "biometrics" in paper.name else "rfe" if "I-797E" in paper.name else "receipt"
        )
        assert paper.kind == wanted, paper.name
    calendar = office(House(), "America/New_York", made.clock())
    dates = {d.matter: d for d in desk.read(deadlines.listing, limit=200) if d.kind == "rfe_response"}
    for story in stories.RFES:
        plan_ = stories.PLANS[story.matter]
        receipt = plan_.forms[0].receipt
        paper = got[f"I-797E {receipt}.pdf"]
        assert paper.receipt_number == receipt
        assert paper.matter is not None
        said = {str(e.field): e.value for e in paper.evidence}
        assert {"kind", "receipt_number", "notice_date", "response_due"} <= said.keys()
        if story.delivered is None:
            due = dates[paper.matter]
            assert due.agency_due.isoformat() == said["response_due"]
            how = "Set by the notice" if story.late else "Printed and computed agree"
            assert due.sentence.startswith(how)
            assert calendar.is_business_day(due.internal_due)
    drafting = [
        t for t in desk.read(tasks.queue, scope="all", limit=1000) if t.kind == "rfe_draft" and t.form
    ]
    assert drafting
    for task in drafting:
        asked = [i for i in desk.read(tasks.show, task.ref).checklist if i.wants_file]
        assert len(asked) == len(notices.REQUESTED[str(task.form)]), task.caption


# -- true to the day ----------------------------------------------------------------------------------------------


def test_people_work_in_office_hours_only_and_never_ahead_of_the_present(made: Made) -> None:
    calendar = office(House(), "America/New_York", made.clock())
    for entry in _trail(made.desk("jreyes")):
        assert entry.at <= made.clock()
        if entry.actor == "desk":
            continue
        local = entry.at.astimezone(NEW_YORK)
        assert calendar.is_business_day(local.date()), entry
        assert time(9) <= local.time() <= time(17, 30), entry


def test_deliveries_and_dates_by_hand_fall_on_business_days(made: Made) -> None:
    calendar = office(House(), "America/New_York", made.clock())
    desk = made.desk("jreyes")
    days = [d.agency_due for d in desk.read(deadlines.listing, limit=200) if d.kind == "filing"]
    for filing in desk.read(filings.listing):
        days += [
            at.astimezone(NEW_YORK).date()
            for at in (filing.shipped_at, filing.delivered_at)
            if at is not None
        ]
    assert len(days) >= 8
    assert [day for day in days if not calendar.is_business_day(day)] == []


def test_the_trail_and_the_store_hold(made: Made) -> None:
    desk = made.desk("jreyes")
    verdict = desk.read(trail.verify)
    assert verdict.ok
    assert verdict.entries > 500
    assert [check for check in desk.read(care.doctor) if not check.ok] == []
    assert "demo_making" not in desk.store.meta
    assert made.desk("desk").write(timers.sweep).fired == 0


def test_progress_goes_from_nothing_to_all(made: Made) -> None:
    assert made.shares == sorted(made.shares)
    assert made.shares[0] < 0.1
    assert made.shares[-1] == 1


# -- again, and on ------------------------------------------------------------------------------------------------


def test_a_second_time_opens_what_is_there(made: Made) -> None:
    second = made.again()
    assert second.existed
    assert second.signing_passphrase == made.first.signing_passphrase
    assert (second.persons, second.matters, second.tasks) == (
        made.first.persons,
        made.first.matters,
        made.first.tasks,
    )
    assert (second.store, second.pgpass) == (made.first.store, made.first.pgpass)


def test_passwords_lie_in_a_private_file(made: Made) -> None:
    if made.owned is None:
        assert made.first.pgpass is None
        assert made.first.store == str(made.folder / "firm.db")
        return
    assert made.first.pgpass == made.folder / "pgpass"
    assert made.first.store == made.owned.url
    assert set(_passwords(made.first.pgpass)) == {p.handle for p in made.first.persons} | {"desk"}
    line = made.first.pgpass.read_text(encoding="utf-8").splitlines()[0]
    assert line.startswith(f"{made.owned.host}:{made.owned.port}:{made.owned.name}:")
    if os.name == "posix":
        assert stat.S_IMODE(made.first.pgpass.stat().st_mode) == 0o600


def test_its_papers_carry_the_recipe_on(made: Made) -> None:
    desk = made.desk("tfinn")
    got = desk.write(papers.receive, prepare(made.first.papers / "I-797E-paredes.pdf"))
    assert got.kind == "rfe"
    assert got.matter == desk.read(matters.show, "IOE0931207714").ref
    assert {t["kind"] for t in got.tasks} >= {"rfe_intake", "rfe_triage"}
    drawn = {path.suffix for path in made.first.papers.iterdir()}
    assert drawn == {".pdf", ".png"}


def test_its_passphrase_approves_what_waits_for_it(made: Made) -> None:
    desk = made.desk("aokafor")
    (waiting,) = [r for r in desk.read(reviews.listing, limit=200) if r.kind == "signoff"]
    assert waiting.owner == "aokafor"
    assert waiting.version == 2
    signed = desk.write(
        reviews.sign_off, waiting.ref, confirm=str(waiting.matter), passphrase=made.first.signing_passphrase
    )
    assert signed.live


def test_without_a_tests_clock_the_store_goes_on_by_its_own(tmp_path: Path) -> None:
    made = demo.run(tmp_path / "firm", key_memory_kib=CHEAP_KEY_KIB)
    desk = open_desk(made.store, "jreyes")
    try:
        assert "manual_clock" not in desk.store.meta
        newest = max(entry.at for entry in _trail(desk))
        assert newest <= desk.now()
        assert [check for check in desk.read(care.doctor) if not check.ok] == []
    finally:
        desk.close()


# -- refusals -----------------------------------------------------------------------------------------------------


def test_a_firm_of_ones_own_is_no_demo(tmp_path: Path, manual_clock: ManualClock) -> None:
    own = tmp_path / "own" / "firm.db"
    found_local(own, plan(), clock=manual_clock)
    before = own.read_bytes()
    with pytest.raises(Refusal, match="not a demo"):
        demo.run(None, store=str(own), clock=manual_clock)
    assert own.read_bytes() == before


def test_an_interrupted_making_leaves_nothing(tmp_path: Path, manual_clock: ManualClock) -> None:
    class Interrupted(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.02:
            raise Interrupted

    with pytest.raises(Interrupted):
        demo.run(tmp_path, clock=manual_clock, progress=stop, key_memory_kib=CHEAP_KEY_KIB)
    assert list(tmp_path.iterdir()) == []


def test_the_cast_is_forty_and_every_number_stands_once() -> None:
    receipts = [form.receipt for plan_ in cast.MATTERS for form in plan_.forms if form.receipt]
    assert len(cast.MATTERS) == 40
    assert len(receipts) == len(set(receipts))
    numbers = [plan_.a_number for plan_ in cast.MATTERS if plan_.a_number]
    assert len(numbers) == len(set(numbers))


def _trail(desk: Desk) -> list[AuditView]:
    """Every entry this person may read."""
    out: list[AuditView] = []
    for matter in desk.read(matters.listing, status="all", limit=1000):
        out += desk.read(trail.listing, matter=matter.ref, limit=1000)
    return out


# -- its figures --------------------------------------------------------------------------------------------------


def test_the_five_figures_are_those_of_a_slow_count(made: Made) -> None:
    """Over everything the demo's history holds, for the firm and for each person."""
    desk = made.desk("inovak")
    view = desk.read(kpi.report, since=desk.now().date() - timedelta(days=200), by="person")
    same(view, slow_kpi.read(desk), nearly=made.owned is not None)
    measured = {name for name, figure in of(view).items() if figure.n}
    assert {"acknowledgement_rate", "reassignment_rate", "median_review_hours"} <= measured, measured

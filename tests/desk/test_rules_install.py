"""The firm's own rules on a real store: proved, installed by a manager, numbered, and decided by from their day on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import matters, papers, rules, rules_install, trail
from casedesk.desk.desk import WORKER
from casedesk.desk.reading import prepare_bytes
from casedesk.desk.rules_files import shipped_texts
from casedesk.desk.rules_install import VersionView
from casedesk.desk.turn import Turn
from casedesk.desk.views.papers import Received
from casedesk.refusal import NotAllowed, Refusal
from tests.support.broken_rules import HERE
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.notices import make_rfe

RECEIPTS = {"adjustment_of_status": "IOE0912345678", "family_petition": "IOE0912345679"}

OWN = """
[[rule]]
id = "rfe-look"
title = "A second pair of eyes on every RFE"
version = 1
trigger = "notice.received"

[rule.when]
"document.kind" = "rfe"
"document.matched" = true

[[rule.then]]
do = "create_task"
title = "Read the RFE aloud"
kind = "rfe_aloud"
owner = ["{owner}", "role:operations_manager"]
due = {{ amount = 1, unit = "businessDays" }}
chain = "default"
"""
CHAIN = """
[[chain]]
id = "default"
title = "Quicker than what ships"

[[chain.steps]]
when = "unacknowledged"
after = { amount = 1, unit = "businessHours" }
do = "remind"
to = ["task.owner"]

[[chain.steps]]
when = "incomplete"
after = { amount = 2, unit = "businessDays" }
do = "alert"
to = ["role:operations_manager", "matter.lead_attorney"]
"""


@pytest.fixture
def local(store_path: Path, manual_clock: ManualClock) -> Iterator[FirmFixture]:
    made = local_firm(store_path, manual_clock)
    yield made
    made.close()


def own(owner: str = "matter.lead_attorney", more: str = "") -> dict[str, bytes]:
    return {"own.toml": (OWN.format(owner=owner) + more).encode()}


def install(firm: FirmFixture, files: dict[str, bytes], who: str = "jreyes", **more: Any) -> VersionView:
    return firm.desk(who).write(rules_install.install, files, **more)


def opened(firm: FirmFixture, kind: str = "adjustment_of_status") -> str:
    return (
        firm.desk("mduarte")
        .write(
            matters.open_matter,
            kind,
            "Ibarra, Rosa",
            paralegal="mduarte",
            secondary="bcole",
            attorney="aokafor",
            form=("I-485" if kind == "adjustment_of_status" else "I-130",),
            receipt=RECEIPTS[kind],
        )
        .ref
    )


def came_in(
    firm: FirmFixture, who: str = "tfinn", *, kind: str = "adjustment_of_status", day: int = 2
) -> Received:
    notice = make_rfe(
        receipt=RECEIPTS[kind],
        notice_date=date(2026, 11, day),
        due=date(2027, 1, 28),
        form="I-485" if kind == "adjustment_of_status" else "I-130",
        name="IBARRA, ROSA",
    )
    return firm.desk(who).write(papers.receive, prepare_bytes(notice, "I-797E.pdf"))


def kinds(got: Received) -> set[str]:
    return {t["kind"] for t in got.tasks} - {"rfe_triage"}


def states(firm: FirmFixture) -> dict[int, str]:
    return {v.number: v.state for v in firm.desk("bcole").read(rules_install.versions)}


def test_a_manager_installs_and_every_desk_decides_by_it(firm: FirmFixture) -> None:
    opened(firm)
    finn, duarte = firm.desk("tfinn"), firm.desk("mduarte")
    assert kinds(came_in(firm)) == {"rfe_intake"}
    done = install(firm, own())
    assert (done.number, done.state, done.matter_type, done.files) == (1, "in_force", None, ("own.toml",))
    for desk, day in ((finn, 3), (duarte, 4)):
        got = came_in(firm, desk.handle, day=day)  # each on a desk that was open before
        assert kinds(got) == {"rfe_intake", "rfe_aloud"}
        told = desk.read(rules.why, next(t["ref"] for t in got.tasks if t["kind"] == "rfe_aloud"))
        assert (told.owner, told.same_rules) == ("aokafor", True)
        assert told.because == "notice.received: rule rfe-look and rfe-received fired."

    def recorded(turn: Turn) -> set[str]:
        found = turn.uow.conn.exec_driver_sql(
            "SELECT r.sha256, r.body FROM rule_set r JOIN decision d ON d.rule_set_sha256 = r.sha256"
        )
        return {row[0] for row in found if "rfe-look" in row[1]}

    assert duarte.read(recorded) == {done.rule_set_sha256}
    worker = firm.desk(WORKER) if firm.shared else firm.desk("jreyes").as_worker()
    assert worker.read(lambda turn: turn.library.rules.sha256) == done.rule_set_sha256
    entry = firm.desk("jreyes").read(trail.listing, limit=50)
    assert any(e.action == "rules.installed" and e.subject == "version 1" for e in entry)


def test_a_second_version_supersedes_the_first_and_running_work_keeps_its_own(firm: FirmFixture) -> None:
    opened(firm)
    install(firm, own())
    first = next(t["ref"] for t in came_in(firm).tasks if t["kind"] == "rfe_aloud")

    def armed(turn: Turn) -> list[tuple[int, int]]:
        found = turn.uow.conn.exec_driver_sql(
            f"SELECT r.step, r.fire_at_us FROM timer r JOIN task t ON t.id = r.task_id WHERE t.ref = '{first}' ORDER BY 1, 2"
        )
        return [(int(r[0]), int(r[1])) for r in found]

    before = firm.desk("aokafor").read(armed)
    second = install(firm, own("matter.primary_paralegal", CHAIN))
    assert states(firm) == {1: "superseded", 2: "in_force"}
    assert firm.desk("aokafor").read(armed) == before
    assert firm.desk("aokafor").read(rules.why, first).owner == "aokafor"
    assert not firm.desk("aokafor").read(rules.why, first).same_rules
    later = next(t["ref"] for t in came_in(firm, day=3).tasks if t["kind"] == "rfe_aloud")
    assert firm.desk("mduarte").read(rules.why, later).owner == "mduarte"
    back = install(firm, {})
    assert (back.number, back.files, second.number) == (3, (), 2)
    assert kinds(came_in(firm, day=4)) == {"rfe_intake"}
    assert states(firm) == {1: "superseded", 2: "superseded", 3: "in_force"}


def test_a_trial_decides_for_its_type_alone(firm: FirmFixture) -> None:
    opened(firm)
    opened(firm, "family_petition")
    done = install(firm, own(), pilot="Family petition")
    assert (done.matter_type, done.state) == ("family_petition", "in_force")
    assert kinds(came_in(firm)) == {"rfe_intake"}
    tried = came_in(firm, kind="family_petition")
    assert kinds(tried) == {"rfe_intake", "rfe_aloud"}
    listed = {r.id: r for r in firm.desk("bcole").read(rules.listing)}
    assert (listed["rfe-look"].installed, listed["rfe-look"].matter_type) == (1, "family_petition")
    assert (listed["rfe-received"].installed, listed["rfe-received"].matter_type) == (None, None)
    event = firm.desk("bcole").read(rules.why_not, "rfe-look", tried.ref)
    assert (event.fired, event.same_rules) == (True, True)
    # A later version for the whole firm ends the trial.
    install(firm, own())
    assert states(firm) == {1: "superseded", 2: "in_force"}
    assert kinds(came_in(firm, day=3)) == {"rfe_intake", "rfe_aloud"}


def test_a_version_waits_for_its_day(local: FirmFixture) -> None:
    opened(local)
    today = local.desk("jreyes").read(lambda turn: turn.today)
    done = install(local, own(), first_day=today + timedelta(days=1))
    assert (done.state, done.effective_from) == ("scheduled", today + timedelta(days=1))
    assert kinds(came_in(local)) == {"rfe_intake"}
    local.clock.advance(days=1)
    assert kinds(came_in(local, day=3)) == {"rfe_intake", "rfe_aloud"}
    assert states(local) == {1: "in_force"}
    with pytest.raises(Refusal) as caught:
        install(local, own("matter.primary_paralegal"), first_day=today)
    assert caught.value.code == "past_day"


def test_in_place_of_what_ships(local: FirmFixture) -> None:
    with pytest.raises(Refusal) as caught:
        install(local, own(), in_place=True)
    assert caught.value.code == "rules_not_sound"
    whole = {n.rpartition("/")[2]: t.encode() for n, t in shipped_texts().items() if n.startswith("rules/")}
    assert install(local, whole, in_place=True).in_place
    assert {r.installed for r in local.desk("bcole").read(rules.listing)} == {None}
    del whole["appointments.toml"]
    install(local, whole, in_place=True)
    assert "interview-scheduled" not in {r.id for r in local.desk("bcole").read(rules.listing)}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"x.toml": (HERE / "contradiction_priority.toml").read_bytes()}, "rules_not_sound"),
        ({"x.toml": (HERE / "unknown_field.toml").read_bytes()}, "rule_file"),
        ({"x.toml": b"\xff"}, "rule_file"),
        ({"x.yaml": b""}, "bad_name"),
        ({"a/x.toml": b"", "b/x.toml": b""}, "same_name"),
        (
            {"x.toml": next(t for n, t in shipped_texts().items() if n.startswith("playbooks")).encode()},
            "not_rules",
        ),
        (
            {"x.toml": b'[[case]]\ntitle = "W"\ntrigger = "matter.opened"\nfires = ["rfe-received"]\n'},
            "case_failed",
        ),
    ],
)
def test_what_is_not_sound_is_refused(local: FirmFixture, files: dict[str, bytes], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        install(local, files)
    assert caught.value.code == code
    assert states(local) == {}


def test_who_may_not(firm: FirmFixture) -> None:
    for who in ("mduarte", "aokafor", "tfinn"):
        with pytest.raises(NotAllowed):
            install(firm, own(), who)
    with pytest.raises(Refusal) as caught:
        install(firm, own(), pilot="h1bb")
    assert (caught.value.code, caught.value.next) == ("unknown_matter_type", "Nearest known name: h1b.")
    install(firm, own(), "inovak")
    with pytest.raises(Refusal) as caught:
        install(firm, own(), "inovak")
    assert caught.value.code == "already_installed"


def test_by_hand_nobody_installs_or_changes_a_version(firm: FirmFixture) -> None:
    """On a shared store a paralegal's login may read the versions and write none; nobody changes one on either."""
    install(firm, own())

    def add(turn: Turn) -> None:
        turn.uow.insert(
            "rule_install",
            id=turn.uow.new_id(),
            number=2,
            sha256="0" * 64,
            rule_set_sha256="0" * 64,
            body="{}",
            effective_from="2026-01-01",
            installed_by=turn.actor.id,
            installed_us=turn.now_us,
        )

    def by_hand(turn: Turn, sql: str) -> None:
        turn.uow.conn.exec_driver_sql(sql)

    if firm.shared:
        for who in ("mduarte", "aokafor", WORKER):
            with pytest.raises(Refusal):
                firm.desk(who).write(add)
    for sql in (
        "UPDATE rule_install SET body = '{}'",
        "UPDATE rule_install SET effective_from = '2027-01-01'",
        "DELETE FROM rule_install",
    ):
        with pytest.raises(Refusal):
            firm.desk("jreyes").write(by_hand, sql)
    assert states(firm) == {1: "in_force"}

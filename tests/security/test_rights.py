"""What the menus show is what the store refuses: every act, typed as SQL under every kind of login.

Beside them the desk: the act tried through it by the same person. Three tables, and they are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from casedesk.desk import authority, matters, notes, people, policy, rights, supervision, training
from casedesk.desk.rights import Rights
from casedesk.desk.turn import Turn
from casedesk.refusal import NotAllowed
from casedesk.store import errors
from tests.support.acts import AUTHORITY, NOT_SEEN, may, steps
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.raw import Raw, new_id, raw
from tests.support.rfe import PgStages, Rfe

SECRET = "a long password"

EXTRA: dict[str, dict[str, Any]] = {
    "rsenior": {"roles": ("senior_associate",)},
    "rattorney": {"roles": ("attorney",)},
    "rpartner": {"roles": ("managing_partner",)},
    "raccredited": {"roles": ("paralegal",), "licence": ("accredited_representative", "1", "", None)},
    "rtrained": {"roles": ("paralegal",), "licence": ("reviewer", "", "", None)},
    "routside": {
        "roles": ("paralegal",),
        "outside": True,
        "organisation": "Lex Support Ltd",
        "answers_for": "aokafor",
    },
}
"""Roles without a licence, licences without the role, and somebody from outside who is admitted to the matter."""

EVERYBODY = ("mduarte", "tfinn", "inovak", "aokafor", "jreyes", *EXTRA)
OWNERS = {"aokafor", "jreyes"}
"""The matter's lead and its supervising attorney."""

NOT_THEIRS = {
    *("not_allowed", "nothing", "reserved_to_a_licence", "waived_by_who_may", "strategy_by_an_attorney"),
    *("review_by_a_licence", "not_licensed", "not_qualified", "signer_not_qualified", "attorney_releases"),
    *("conflict_decided_by", "loosening_unsigned", "manager_only", "checked_by_a_licence", "gate"),
}
"""How the store says that an act is not this login's; every other answer is about the thing."""


def item(state: str, code: str) -> Callable[[Raw], object]:
    return lambda hand: hand.run(
        "UPDATE task_item SET state = :s, reason = 'because', done_by = :p, done_us = :n WHERE code = :c"
        " AND state = 'open'",
        s=state,
        p=hand.me,
        n=hand.now,
        c=code,
    )


def review(kind: str) -> Callable[[Raw], object]:
    def step(hand: Raw) -> object:
        found = hand.review(kind).id
        hand.answer(found)
        return hand.decide(found)

    return step


def sign(hand: Raw) -> object:
    """As themselves, with a licence and a key of their own where they have them, else with somebody's."""
    held = hand.conn.exec_driver_sql(
        f"SELECT id, kind FROM licence WHERE person_id = {hand.me} AND kind <> 'reviewer'"
    ).first()
    mine: dict[str, object] = {"signer_id": hand.me}
    if held is not None:
        mine |= {"licence_id": held.id, "licence_kind": held.kind}
    key = hand.conn.exec_driver_sql(f"SELECT key_id FROM signing_key WHERE person_id = {hand.me}").first()
    if key is not None:
        mine["key_id"] = key.key_id
    return hand.sign(signer="aokafor", **mine)


def release(kind: str) -> Callable[[Raw], object]:
    return lambda hand: hand.run(
        "UPDATE message SET state = 'approved', approved_by = :p, approved_us = :n WHERE release = :k"
        " AND state = 'awaiting_approval'",
        p=hand.me,
        n=hand.now,
        k=kind,
    )


def set_policy(policy: str, eyes: int, before: int, **more: object) -> Callable[[Raw], object]:
    def step(hand: Raw) -> object:
        seq = int(hand.value("SELECT max(seq) FROM firm_policy")) + 1
        values: dict[str, object] = {"policy": policy, "eyes": eyes, "eyes_before": before, **more}
        if "signature" in more:
            held = hand.conn.exec_driver_sql(
                f"SELECT id, kind FROM licence WHERE person_id = {hand.me} AND kind = 'attorney'"
            ).first()
            values |= {"licence_id": None if held is None else held.id, "licence_kind": "attorney"}
        return hand.insert("firm_policy", id=new_id(), seq=seq, set_by=hand.me, set_us=hand.now, **values)

    return step


def check(hand: Raw) -> object:
    return hand.run(
        "UPDATE supervision SET checked_by = :p, checked_us = :n, outcome = 'accepted' WHERE checked_us IS NULL"
        " AND supervisor_id = :p",
        p=hand.me,
        n=hand.now,
    )


def delegate(hand: Raw) -> object:
    task = hand.task(hand.rfe.intake)
    return hand.insert(
        "supervision",
        id=new_id(),
        ref=f"DL-{new_id()}",
        matter_id=task.matter_id,
        task_id=task.id,
        act="notice_intake",
        delegate_id=hand.person("bcole"),
        supervisor_id=hand.person("lchen"),
        authority_sha256="0" * 64,
        given_by=hand.me,
        given_us=hand.now,
    )


def wall(hand: Raw) -> object:
    return hand.value(
        "SELECT count(*) + 1 FROM casedesk_raise_wall(:i, :r, :m, 'a friend',"
        " ARRAY(SELECT id FROM person WHERE kind = 'staff'), :n)",
        i=new_id(),
        r=f"W-{new_id()}",
        m=hand.matter(),
        n=hand.now,
    )


def new_person(hand: Raw) -> object:
    return hand.insert(
        "person", id=new_id(), handle="rnobody", name="New", login="rnobody", created_us=hand.now
    )


def role(name: str) -> Callable[[Raw], object]:
    return lambda hand: hand.value(
        "SELECT count(*) FROM casedesk_set_role(:p, :r, true)", p=hand.person("bcole"), r=name
    )


def licence(hand: Raw) -> object:
    return hand.insert(
        "licence", id=new_id(), person_id=hand.person("bcole"), kind="reviewer", granted_by=hand.me
    )


def course(hand: Raw) -> object:
    return hand.insert(
        "training",
        id=new_id(),
        person_id=hand.person("bcole"),
        course="drafting",
        acknowledged_us=hand.now,
        recorded_by=hand.me,
    )


def trail_of_others(hand: Raw) -> object:
    return hand.value("SELECT count(*) FROM audit WHERE matter_id IS NULL AND actor <> :w", w=hand.who)


def opened(hand: Raw) -> object:
    row = hand.one("SELECT client_id FROM matter WHERE id = :m", m=hand.matter())
    return hand.insert(
        "matter",
        id=new_id(),
        ref=f"M-{new_id()}",
        type="other",
        caption="By hand",
        client_id=row.client_id,
        opened_us=hand.now,
        opened_by=hand.me,
    )


def owner(hand: Raw) -> object:
    return hand.run(
        "UPDATE matter_owner SET person_id = :p WHERE matter_id = :m AND kind = 'primary_paralegal'",
        p=hand.person("bcole"),
        m=hand.matter(),
    )


def unmatched(hand: Raw) -> object:
    return hand.insert(
        "document",
        id=new_id(),
        ref=f"D-{new_id()}",
        matter_id=None,
        origin="received",
        kind="other",
        name="x.pdf",
        sha256=f"{new_id():064x}"[:64],
        bytes=1,
        media_type="application/pdf",
        received_us=hand.now,
        received_by=hand.me,
    )


def written(table: str, **more: object) -> Callable[[Raw], object]:
    return lambda hand: hand.insert(
        table, id=new_id(), matter_id=hand.matter(), author_id=hand.me, body="x", at_us=hand.now, **more
    )


def version_two(hand: Raw) -> object:
    packet = hand.packet()
    return hand.add_draft(packet.id, packet.task_id, 2)


BY_HAND: dict[str, tuple[str, Callable[[Raw], object]]] = {
    "rfe_triage": ("received", item("done", "complexity")),
    "reserved_step": ("received", item("waived", "strategy")),
    "strategy_note": ("received", written("strategy_note")),
    "content_review": ("content", review("content")),
    "second_review": ("second", review("second")),
    "sign_off": ("signoff", sign),
    "release_notice": ("received", release("attorney")),
    "conflict_decision": (
        "received",
        lambda hand: hand.run(
            "UPDATE conflict_check SET state = 'clear', decided_by = :p, decided_us = :n, reason = 'namesakes'"
            " WHERE state = 'open'",
            p=hand.me,
            n=hand.now,
        ),
    ),
    "loosen_policy": ("received", set_policy("two-person", 2, 3, signature="00")),
    "check_delegated": ("received", check),
    "delegate_work": ("received", delegate),
    "raise_wall": ("received", wall),
    "waive_step": ("received", item("waived", "original")),
    "add_person": ("received", new_person),
    "give_role": ("received", role("intake_specialist")),
    "make_manager": ("received", role("operations_manager")),
    "grant_licence": ("received", licence),
    "record_training": ("received", course),
    "tighten_policy": ("loosened", set_policy("three-person", 3, 2)),
    "read_trail": ("received", trail_of_others),
    "open_matter": ("received", opened),
    "name_owner": ("received", owner),
    "match_notice": ("received", unmatched),
    "client_update": ("received", release("staff")),
    "ship_filing": ("signed", lambda hand: hand.ship()),
    "notice_intake": ("received", item("done", "dates")),
    "gather_evidence": ("received", lambda hand: hand.add_document("paper.pdf") and 1),
    "draft_within_templates": ("content", version_two),
    "interview": ("received", written("call")),
    "watch_status": (
        "received",
        lambda hand: hand.run("UPDATE task SET state = 'in_progress' WHERE ref = :r", r=hand.rfe.intake),
    ),
    "support_work": ("received", written("note")),
}
HELD_BY_THE_DESK = {"reassign_task", "export_matter"}


@dataclass
class Tables:
    """For each person: what the menus show, what the store let through by hand, what the desk let through."""

    stages: dict[str, Rfe]
    at: dict[str, str] = field(default_factory=dict)
    shown: dict[str, Rights] = field(default_factory=dict)
    by_hand: dict[str, dict[str, str]] = field(default_factory=dict)


def _take_in(rfe: Rfe) -> None:
    for handle, more in EXTRA.items():
        given = dict(more)
        rfe.firm.passwords[handle] = SECRET
        rfe.firm.desk("jreyes").write(
            people.add, handle, handle.title(), given.pop("roles"), password=SECRET, **given
        )


def _copy_in(rfe: Rfe, source: Rfe) -> None:
    """The same people in another copy of the firm: their logins are the server's already."""
    assert rfe.firm.owned is not None
    assert source.firm.owned is not None
    with (
        psycopg.connect(source.firm.owned.owner_url) as read,
        psycopg.connect(rfe.firm.owned.owner_url) as write,
    ):
        for table, key in (("person", "id"), ("person_role", "person_id"), ("licence", "person_id")):
            names = [
                c.name for c in read.execute(f"SELECT * FROM {table} LIMIT 0".encode()).description or ()
            ]
            rows = read.execute(
                f"SELECT * FROM {table} WHERE {key} IN (SELECT id FROM person WHERE handle = ANY (%s))".encode(),
                (list(EXTRA),),
            ).fetchall()
            holders = ", ".join(["%s"] * len(names))
            for row in rows:
                write.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holders})".encode(), row)


def _admit(rfe: Rfe) -> None:
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        conn.execute(
            "INSERT INTO matter_member (matter_id, person_id, since_us) SELECT m.id, p.id, 0 FROM matter m, person p"
            " WHERE m.ref = %s AND p.handle = 'routside'",
            (rfe.matter,),
        )


def _things(rfe: Rfe) -> dict[str, str]:
    """A conflict check that waits, a message the staff may release, delegated work under each who may supervise."""
    at: dict[str, str] = {}
    rfe.firm.desk("mduarte").write(matters.open_matter, "other", "Ibarra, Rosa", paralegal="mduarte")
    for who in ("bcole", "mduarte"):
        for name in ("confidentiality", "interviewing"):
            rfe.firm.desk(who).write(training.acknowledge, name)
    for supervisor in ("aokafor", "jreyes", "raccredited"):
        called = rfe.firm.desk("jreyes").write(notes.call, rfe.matter, "Call.", callback="mduarte")
        assert called.task is not None
        given = rfe.firm.desk("jreyes").write(
            supervision.give, called.task, to="mduarte", under=supervisor, instructions="Facts only."
        )
        at[f"under {supervisor}"] = given.ref
    for who in EVERYBODY:
        called = rfe.firm.desk("jreyes").write(notes.call, rfe.matter, "Call back.", callback=who)
        assert called.task is not None
        at[f"task of {who}"] = called.task
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.owner_url, row_factory=psycopg.rows.dict_row) as conn:
        row = conn.execute("SELECT * FROM message WHERE release = 'attorney'").fetchone()
        assert row is not None
        at["notice_message"], at["staff_message"] = row["ref"], "MS-STAFF1"
        row |= {"id": new_id(), "ref": "MS-STAFF1", "release": "staff"}
        holders = ", ".join(f"%({name})s" for name in row)
        conn.execute(f"INSERT INTO message ({', '.join(row)}) VALUES ({holders})".encode(), row)
        found = conn.execute("SELECT ref FROM conflict_check WHERE state = 'open'").fetchone()
        assert found is not None
        at["conflict"] = found["ref"]
    return at


@pytest.fixture(scope="session")  # Its logins stand on the server, which outlives a module.
def tables(pg_stages: PgStages) -> Iterator[Tables]:
    stages = {
        name: pg_stages.stage(name, fresh=True)
        for name in ("received", "content", "second", "signoff", "signed")
    }
    made = Tables(stages)
    _take_in(stages["received"])
    for name, rfe in stages.items():
        if name != "received":
            _copy_in(rfe, stages["received"])
        _admit(rfe)
    made.at = _things(stages["received"])
    loosened = pg_stages.stage("opened", fresh=True)
    _copy_in(loosened, stages["received"])
    loosened.firm.desk("jreyes").write(policy.change, "two-person", reason="few", passphrase=PASSPHRASE)
    stages["loosened"] = loosened
    for who in EVERYBODY:
        made.shown[who] = stages["received"].firm.desk(who).read(rights.mine)
        made.by_hand[who] = {}
        for stage, rfe in stages.items():
            with raw(rfe, who) as hand:
                for act, (where, step) in BY_HAND.items():
                    if where == stage:
                        made.by_hand[who][act] = _typed(hand, step)
    yield made
    for rfe in stages.values():
        rfe.firm.close()


def _typed(hand: Raw, step: Callable[[Raw], object]) -> str:
    """What the store says to one step of a transaction that goes on as if it had not been."""
    trying = hand.conn.begin_nested()
    try:
        touched = step(hand)
    except DBAPIError as error:
        return errors.translate(error).code
    finally:
        trying.rollback()
    return "nothing" if touched == 0 else "done"


def shown(tables: Tables, who: str, act: str) -> str:
    may_ = tables.shown[who].may[act]
    return ("yes" if who in OWNERS else "no") if may_ == "own" else may_


@pytest.mark.parametrize("act", BY_HAND)
def test_what_is_shown_is_what_the_store_refuses(tables: Tables, act: str) -> None:
    said = {who: tables.by_hand[who][act] for who in EVERYBODY}
    real = {who: "no" if code in NOT_THEIRS else "yes" for who, code in said.items()}
    assert real == {who: shown(tables, who, act) for who in EVERYBODY}, said


@pytest.mark.parametrize("act", BY_HAND)
def test_what_is_shown_is_what_the_desk_refuses(tables: Tables, act: str) -> None:
    """On the shared store, for somebody from outside, and for whom a licence or a role alone makes the difference."""
    for who in ("routside", "raccredited", "rpartner", "aokafor"):
        stage = steps(tables.stages["received"], who, {})[act][0]
        rfe = tables.stages.get(stage, tables.stages["received"])
        if stage == "drafting":
            rfe = tables.stages["content"]
        _, use_case, args, kwargs = steps(rfe, who, tables.at)[act]
        said = may(rfe.firm.desk(who), use_case, *args, **kwargs)
        assert ("no" if said in {*AUTHORITY, NOT_SEEN} else "yes") == shown(tables, who, act), (who, said)


def test_no_act_is_left_out(tables: Tables) -> None:
    acts = {act.id: act for act in authority.matrix(_turn(tables)).act}
    assert set(BY_HAND) == set(acts) - HELD_BY_THE_DESK
    assert {name for name, act in acts.items() if act.held == "desk"} == HELD_BY_THE_DESK


def _turn(tables: Tables) -> Turn:
    found: list[Turn] = []
    tables.stages["received"].firm.desk("aokafor").read(found.append)
    return found[0]


def test_rights_are_looked_up_within_the_firm(tables: Tables) -> None:
    firm: FirmFixture = tables.stages["received"].firm
    mine = {view.act: view for view in firm.desk("mduarte").read(rights.of)}
    assert (mine["sign_off"].may, mine["sign_off"].why) == (
        "no",
        "takes an attorney, or an accredited representative",
    )
    assert mine["ship_filing"].may == "yes"
    # Asked by somebody else it is the same, from the same grants.
    theirs = {view.act: view.may for view in firm.desk("inovak").read(rights.of, "routside")}
    assert theirs == dict(tables.shown["routside"].may)
    assert {view.act: view.may for view in firm.desk("routside").read(rights.of)} == theirs
    with pytest.raises(NotAllowed, match="own people"):
        firm.desk("routside").read(rights.of, "aokafor")


def test_a_grant_that_is_gone_is_a_right_that_is_gone(pg_stages: PgStages) -> None:
    """The menus are drawn from the server's grants, not from a list beside them."""
    rfe = pg_stages.stage("opened", fresh=True)
    try:
        assert rfe.firm.desk("aokafor").read(rights.mine).may["strategy_note"] == "yes"
        assert rfe.firm.owned is not None
        with psycopg.connect(rfe.firm.owned.owner_url) as conn:
            conn.execute("REVOKE INSERT ON strategy_note FROM casedesk_staff")
        found = rfe.firm.desk("aokafor").read(rights.mine)
        assert found.may["strategy_note"] == "no"
        assert found.reason("strategy_note") == "takes an attorney, or an accredited representative"
    finally:
        rfe.firm.close()

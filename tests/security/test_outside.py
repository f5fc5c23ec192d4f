"""Somebody from outside: the whole record of the matters they are admitted to, and nothing else of the firm.

Typed as SQL under their own login, and through the desk and the command line.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from casedesk.cli import main
from casedesk.desk import (
    authority,
    care_security,
    engine,
    finding,
    matters,
    messages,
    notes,
    papers,
    people,
    supervision,
    tasks,
    tells,
    trail,
    training,
    walls,
)
from casedesk.desk.apply import About
from casedesk.desk.turn import Turn
from casedesk.models.enums import Role
from casedesk.models.tables import METADATA
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.routing.facts import Facts, PersonFacts
from casedesk.routing.strategies import resolve
from tests.security.scene import PARENTS
from tests.support.raw import new_id
from tests.support.rfe import PgStages, Rfe, prepared

HELPER, SECRET = "ohelper", "a-long-password"

OWN_ONLY = {"outbox", "matter_member"}
"""What everybody reads of their own alone, whoever they are."""

OF_A_MATTER = sorted(
    name for name, table in METADATA.tables.items() if "matter_id" in table.columns and name not in OWN_ONLY
)


@pytest.fixture(scope="session")  # Its logins stand on the server, which outlives a module.
def rfe(pg_stages: PgStages) -> Iterator[Rfe]:
    """Rosa Ibarra's matter, to which Petra Kovac of Lex Support is admitted; another one, and a paper of no matter."""
    made = pg_stages.stage("received", fresh=True)
    firm = made.firm
    firm.passwords[HELPER] = SECRET
    firm.desk("inovak").write(
        people.add,
        HELPER,
        "Petra Kovac",
        ("paralegal",),
        email="petra@lex.example",
        languages=("en", "es"),
        skills=("rfe",),
        password=SECRET,
        outside=True,
        organisation="Lex Support Ltd",
        answers_for="aokafor",
    )
    desk = firm.desk("tfinn")
    other = desk.write(matters.open_matter, "asylum", "Okonjo, Ada", phone="212-555-0177", attorney="aokafor")
    desk.write(notes.note, other.ref, "Not for anybody outside.")
    desk.write(notes.note, made.matter, "For whoever works on it.")
    desk.write(papers.receive, prepared("Notice", "A paper of nobody we know.", "unknown.pdf"))
    firm.desk("aokafor").write(walls.admit, made.matter, HELPER)
    made.reviews["other"] = other.ref
    yield made
    firm.close()


def ask(rfe: Rfe, login: str, sql: str, *values: object) -> Any:
    assert rfe.firm.owned is not None
    url = (
        rfe.firm.owned.owner_url
        if login == "owner"
        else rfe.firm.owned.login_url(login, rfe.firm.passwords[login])
    )
    with psycopg.connect(url) as conn:
        row = conn.execute(sql.encode(), values).fetchone()
        conn.rollback()
        return None if row is None else row[0]


def matter_id(rfe: Rfe) -> int:
    return int(ask(rfe, "owner", "SELECT id FROM matter WHERE ref = %s", rfe.matter))


# -- reading, by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", OF_A_MATTER)
def test_the_whole_record_of_their_matter_and_no_row_of_another(rfe: Rfe, table: str) -> None:
    mine = matter_id(rfe)
    theirs = ask(rfe, HELPER, f"SELECT count(*) FROM {table} WHERE matter_id = %s", mine)
    assert theirs == ask(rfe, "owner", f"SELECT count(*) FROM {table} WHERE matter_id = %s", mine)
    others = f"SELECT count(*) FROM {table} WHERE matter_id IS DISTINCT FROM %s"
    if table in ("audit", "audit_head"):
        # Of what belongs to no matter each reads their own entries, and how far the streams have come.
        others += " AND matter_id IS NOT NULL"
    assert ask(rfe, HELPER, others, mine) == 0


@pytest.mark.parametrize("table", sorted(PARENTS))
def test_and_of_all_that_hangs_on_it(rfe: Rfe, table: str) -> None:
    def counted(login: str, name: str) -> int:
        parent, column = PARENTS[name]
        where = f"{column} IN (SELECT id FROM {parent} WHERE matter_id = {matter_id(rfe)})"
        while parent in PARENTS and "matter_id" not in METADATA.tables[parent].columns:
            up, upper = PARENTS[parent]
            where = (
                f"{column} IN (SELECT id FROM {parent} WHERE {upper} IN"
                f" (SELECT id FROM {up} WHERE matter_id = {matter_id(rfe)}))"
            )
            parent = up
        return int(ask(rfe, login, f"SELECT count(*) FROM {name} WHERE {where}"))

    assert counted(HELPER, table) == counted("owner", table)
    assert counted(HELPER, table) == ask(rfe, HELPER, f"SELECT count(*) FROM {table}")


def test_no_list_of_clients_and_no_count_of_matters(rfe: Rfe) -> None:
    assert ask(rfe, HELPER, "SELECT string_agg(name, ';') FROM client") == "Ibarra, Rosa"
    assert ask(rfe, HELPER, "SELECT string_agg(ref, ';') FROM matter") == rfe.matter
    assert ask(rfe, HELPER, "SELECT count(*) FROM matter_number") == 0


@pytest.mark.parametrize(
    "what",
    ["person.email", "person.phone", "person.organisation", "person.answers_for_id", "licence.number",
     "licence.jurisdiction", "licence.granted_by", "absence.note"],
)  # fmt: skip
def test_of_the_firms_people_their_work_and_nothing_else(rfe: Rfe, what: str) -> None:
    table, column = what.split(".")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(rfe, HELPER, f"SELECT {column} FROM {table}")
    # Not by a row of a join, a whole row, a sort or a condition either.
    for sql in (
        f"SELECT count(*) FROM {table} x WHERE x.{column} IS NOT NULL",
        f"SELECT 1 FROM {table} x ORDER BY x.{column}",
        f"SELECT {table} FROM {table}",
        f"SELECT to_jsonb(x) FROM {table} x",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(rfe, HELPER, sql)
    assert ask(rfe, "mduarte", f"SELECT count({column}) FROM {table}") is not None


def test_names_they_read_and_trainings_are_each_ones_own(rfe: Rfe) -> None:
    assert ask(rfe, HELPER, "SELECT name FROM person WHERE handle = 'aokafor'") == "Adaeze Okafor"
    rfe.firm.desk("mduarte").write(training.acknowledge, "confidentiality")
    assert (
        ask(
            rfe,
            HELPER,
            "SELECT count(*) FROM training t JOIN person p ON p.id = t.person_id AND p.handle = 'mduarte'",
        )
        == 0
    )


# -- writing, by hand -------------------------------------------------------------------------------------------------


BLIND = {
    "task": "title = title", "document": "kind = kind", "notice": "kind = kind", "deadline": "title = title",
    "timer": "chain = chain", "playbook_run": "happened = happened", "form": "status = status",
}  # fmt: skip


@pytest.mark.parametrize("table", BLIND)
def test_a_change_that_looks_at_nothing_reaches_their_matter_alone(rfe: Rfe, table: str) -> None:
    """A statement without a condition is not held by what one may read."""
    assert rfe.firm.owned is not None
    sets = BLIND[table].split(" = ")[0]
    with psycopg.connect(rfe.firm.owned.login_url(HELPER, SECRET)) as conn:
        value = conn.execute(f"SELECT max({sets}) FROM {table}".encode()).fetchone()
        assert value is not None
        touched = conn.execute(f"UPDATE {table} SET {sets} = %s".encode(), (value[0] or "x",)).rowcount
        conn.rollback()
    assert touched == ask(rfe, "owner", f"SELECT count(*) FROM {table} WHERE matter_id = %s", matter_id(rfe))


def insert(table: str, **values: object) -> Callable[[dict[str, object]], tuple[str, tuple[object, ...]]]:
    def made(known: dict[str, object]) -> tuple[str, tuple[object, ...]]:
        filled = {
            "id": new_id(), **{k: known.get(str(v), v) if isinstance(v, str) else v for k, v in values.items()}
        }  # fmt: skip
        if table in ("matter_owner", "matter_number", "person_role"):
            filled.pop("id")
        names = ", ".join(filled)
        return f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(filled))})", tuple(
            filled.values()
        )

    return made


NOT_DONE: dict[str, Callable[[dict[str, object]], tuple[str, tuple[object, ...]]]] = {
    "a client": insert("client", ref="C-ZZZZZZ", name="Mine", created_us=0),
    "a matter": insert("matter", ref="M-1", type="other", caption="x", client_id="client", opened_us=0, opened_by="me"),
    "an owner of the matter": insert("matter_owner", matter_id="matter", kind="secondary_paralegal", person_id="me"),
    "another lead attorney": lambda known: (
        "UPDATE matter_owner SET person_id = (SELECT id FROM person WHERE handle = 'lchen')", ()
    ),
    "a paper of no matter": insert(
        "document", ref="D-ZZZZZZ", origin="received", kind="other", name="x", sha256="0" * 64, bytes=1,
        media_type="text/plain", received_us=0, received_by="me",
    ),
    "a consent": insert(
        "consent", ref="CO-ZZZZ", matter_id="matter", kind="sharing", terms="all", recorded_by="me", recorded_us=0
    ),
    "a hold": insert("legal_hold", ref="H-ZZZZ", matter_id="matter", reason="x", opened_us=0, opened_by="me"),
    "a person": insert("person", handle="zz", name="zz", created_us=0),
    "a role": insert("person_role", person_id="me", role="managing_partner"),
    "a licence": insert("licence", person_id="me", kind="attorney"),
    "somebody's training": insert("training", person_id="other", course="x", acknowledged_us=0, recorded_by="me"),
    "a delegation": insert(
        "supervision", ref="DL-Z", matter_id="matter", task_id="task", act="x", delegate_id="me", supervisor_id="other",
        authority_sha256="x", given_by="me", given_us=0,
    ),
    "admission to another matter": lambda known: (
        "SELECT casedesk_set_member(%s, %s, true, 0)", (known["elsewhere"], known["me"])
    ),
    "a wall": lambda known: (
        "SELECT casedesk_raise_wall(1, 'W-1', %s, 'x', ARRAY[%s]::bigint[], 0)", (known["matter"], known["me"])
    ),
    "a login": lambda known: ("SELECT casedesk_add_login('zz', 'SCRAM-SHA-256$x', ARRAY['casedesk_paralegal'])", ()),
    "their own house": lambda known: ("UPDATE person SET outside = 0 WHERE handle = 'ohelper'", ()),
    "a group": lambda known: ("GRANT casedesk_attorney TO ohelper", ()),
    "another's identity": lambda known: ("SET SESSION AUTHORIZATION aokafor", ()),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_DONE)
def test_by_hand_they_make_nothing_of_the_firms(rfe: Rfe, what: str) -> None:
    known: dict[str, object] = {
        "matter": matter_id(rfe),
        "elsewhere": ask(rfe, "owner", "SELECT id FROM matter WHERE ref = %s", rfe.reviews["other"]),
        "client": ask(rfe, "owner", "SELECT client_id FROM matter WHERE ref = %s", rfe.matter),
        "me": ask(rfe, "owner", "SELECT id FROM person WHERE handle = %s", HELPER),
        "other": ask(rfe, "owner", "SELECT id FROM person WHERE handle = 'aokafor'"),
        "task": ask(rfe, "owner", "SELECT id FROM task WHERE ref = %s", rfe.intake),
    }
    sql, values = NOT_DONE[what](known)
    assert rfe.firm.owned is not None
    said, touched = "", 0
    with psycopg.connect(rfe.firm.owned.login_url(HELPER, SECRET)) as conn:
        try:
            touched = conn.execute(sql.encode(), values).rowcount
        except psycopg.Error as error:
            said = error.sqlstate or "?"
        finally:
            conn.rollback()
    # No right to it, a refusal of ours, or no row that it could reach.
    assert (said, touched) in (("42501", 0), ("CD001", 0), ("", 0))


def test_they_give_each_other_nothing(rfe: Rfe) -> None:
    """Being from outside opens no role's group: their login is one of the staff's, and nothing more."""
    assert (
        ask(
            rfe,
            HELPER,
            "SELECT string_agg(g.rolname, ';') FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
            " JOIN pg_roles l ON l.oid = m.member WHERE l.rolname = session_user",
        )
        == "casedesk_staff"
    )


def test_the_doctor_finds_their_login_as_it_should_be(rfe: Rfe) -> None:
    checks = {check.id: check for check in rfe.firm.desk("inovak").read(care_security.checks)}
    assert (checks["groups"].ok, checks["powers"].ok) == (True, True)


# -- through the desk ---------------------------------------------------------------------------------------------------


def test_the_desk_shows_one_matter_and_the_names_of_people(rfe: Rfe) -> None:
    desk = rfe.firm.desk(HELPER)
    assert [m.ref for m in desk.read(matters.listing, status="all")] == [rfe.matter]
    with pytest.raises(NotFound):
        desk.read(matters.show, rfe.reviews["other"])
    assert desk.read(papers.listing, limit=50) == desk.read(papers.listing, matter=rfe.matter, limit=50)
    assert [hit.ref for hit in desk.read(finding.find, "Okonjo")] == []
    assert any("For whoever works on it." in note.body for note in desk.read(notes.listing, rfe.matter))
    assert desk.read(trail.verify).ok
    seen = {view.handle: view for view in desk.read(people.listing)}
    assert seen["aokafor"].name == "Adaeze Okafor"
    for view in seen.values():
        assert (view.email, view.skills, view.licences, view.languages) == ("", (), (), ()), view.handle
        assert (view.open_hours, view.capacity_hours, view.organisation, view.warnings) == (0.0, 0.0, "", ())
    named = {view.handle: view for view in rfe.firm.desk("mduarte").read(people.listing)}
    assert (named[HELPER].outside, named[HELPER].organisation, named[HELPER].answers_for) == (
        True,
        "Lex Support Ltd",
        "aokafor",
    )


def test_what_stays_in_the_firm_is_refused_with_a_sentence(rfe: Rfe) -> None:
    desk = rfe.firm.desk(HELPER)
    message = desk.read(messages.listing, matter=rfe.matter)[0].ref
    tries: tuple[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any]], ...] = (
        (matters.open_matter, ("other", "Mine"), {}),
        (matters.set_owner, (rfe.matter, "primary_paralegal", HELPER), {}),
        (papers.receive, (prepared("Paper", "Of no matter.", "loose.pdf"),), {}),
        (messages.approve, (message,), {}),
        (walls.admit, (rfe.matter, "bcole"), {}),
        (people.add, ("zz", "Zz", ("paralegal",)), {}),
        (training.add, ("mduarte", "drafting"), {}),
    )
    for use_case, args, kwargs in tries:
        with pytest.raises(Refusal) as refused:
            desk.write(use_case, *args, **kwargs)
        assert refused.value.code in ("outside", "not_allowed"), use_case
        assert refused.value.next


def test_work_goes_to_them_where_they_are_admitted_and_nowhere_else(rfe: Rfe) -> None:
    inside = rfe.firm.desk("aokafor")
    loose = rfe.firm.desk("tfinn").write(notes.call, rfe.reviews["other"], "Call.", callback="tfinn").task
    assert loose is not None
    with pytest.raises(NotAllowed, match="may not see that matter"):
        rfe.firm.desk("tfinn").write(tasks.hand_off, loose, to=HELPER, note="Please.")
    with pytest.raises(NotAllowed, match="lacks training for it"):
        inside.write(supervision.give, rfe.intake, to=HELPER, under="aokafor", instructions="Both dates.")
    with pytest.raises(NotAllowed, match="never delegated"):
        inside.write(supervision.give, rfe.triage, to=HELPER, under="aokafor", instructions="Decide.")
    rfe.firm.desk(HELPER).write(training.acknowledge, "confidentiality")
    given = inside.write(supervision.give, rfe.intake, to=HELPER, under="aokafor", instructions="Both dates.")
    assert given.delegate == HELPER
    with pytest.raises(NotAllowed, match="does not see that matter"):
        inside.write(supervision.give, loose, to=HELPER, under="aokafor", instructions="Please.")

    def facts(turn: Turn, ref: str | None) -> Facts:
        about = About(0, "x") if ref is None else About(0, "x", turn.matter(ref).id, ref)
        return engine.facts(turn, about)

    helper = inside.read(lambda turn: turn.person(HELPER).id)
    for ref, passed_over in ((rfe.matter, False), (rfe.reviews["other"], True), (None, True)):
        assert inside.read(facts, ref).people[helper].walled_off is passed_over, ref
    assert "rfe_file" in inside.read(facts, rfe.matter).kept_inside


def test_they_work_as_anybody_and_stand_in_the_trail_by_name(rfe: Rfe) -> None:
    """Their tick ends a step, and the next ones open for others: routing runs under their login as under any."""
    triage = rfe.firm.desk("aokafor")
    for item in triage.read(tasks.show, rfe.triage).checklist:
        triage.write(tasks.tick, rfe.triage, item.id, note="simple")
    triage.write(tasks.complete, rfe.triage)
    desk = rfe.firm.desk(HELPER)
    shown = desk.read(tasks.show, rfe.intake)
    assert (shown.task.owner, shown.supervisor) == (HELPER, "aokafor")
    for item in shown.checklist:
        desk.write(tasks.tick, rfe.intake, item.id, note="looked")
    desk.write(notes.note, rfe.matter, "The original lies in the safe.")
    desk.write(papers.receive, prepared("Paper", "Found in the safe.", "safe.pdf"), matter=rfe.matter)
    desk.write(tasks.complete, rfe.intake)
    opened = [t for t in rfe.firm.desk("mduarte").read(tasks.queue, scope="all") if t.kind == "rfe_draft"]
    assert [task.owner for task in opened] == ["mduarte"]
    by_them = {e.action for e in desk.read(trail.listing, matter=rfe.matter) if e.actor == HELPER}
    assert {"item.done", "note.added", "document.received", "task.done", "task.opened"} <= by_them
    assert desk.read(trail.verify).ok
    assert any(
        "waits for your check" in tell.subject for tell in rfe.firm.desk("aokafor").read(tells.listing)
    )


def test_the_command_line_says_the_same(
    rfe: Rfe, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*words: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        monkeypatch.setenv("PGPASSWORD", SECRET)
        status = main(["--store", rfe.firm.store, "--as", HELPER, *words, "--json"], clock=rfe.firm.clock)
        return status, json.loads(capsys.readouterr().out)

    status, listed = run("matter", "list")
    assert (status, [m["ref"] for m in listed]) == (0, [rfe.matter])
    status, refused = run("matter", "show", rfe.reviews["other"])
    assert (status, refused["error"]["code"]) == (1, "not_found")
    status, rows = run("person", "list")
    assert status == 0
    assert {row["email"] for row in rows} == {""}
    status, rows = run("person", "rights")
    assert {row["act"] for row in rows if row["may"] != "no"} == {
        act.id for act in rfe.firm.desk(HELPER).read(authority.acts) if act.outsourceable
    }
    status, refused = run("person", "licence", "list")
    assert (status, refused["error"]["code"]) == (1, "outside")
    status, rows = run("audit", "list", "--matter", rfe.matter)
    assert status == 0
    assert rows
    status, rows = run("audit", "list")
    assert (status, rows["error"]["code"]) == (1, "not_allowed")


def test_when_it_is_over_nothing_is_theirs_to_see(rfe: Rfe) -> None:
    rfe.firm.desk("aokafor").write(walls.leave, rfe.matter, HELPER, "the work is done", reassign_to="mduarte")
    desk = rfe.firm.desk(HELPER)
    assert desk.read(matters.listing, status="all") == ()
    for table in ("matter", "client", "document", "task", "note", "party"):
        assert ask(rfe, HELPER, f"SELECT count(*) FROM {table}") == 0, table


# -- routing, as it is: pure -----------------------------------------------------------------------------------------------


def test_routing_passes_people_from_outside_over_with_the_reason() -> None:
    def person(n: int, **more: Any) -> PersonFacts:
        return PersonFacts(
            n, f"p{n}", f"P {n}", frozenset({Role.PARALEGAL}), open_hours=float(10 - n), **more
        )

    def pick(*crowd: PersonFacts, **kwargs: Any) -> tuple[int | None, dict[int, str]]:
        found = resolve(["role:paralegal"], Facts(people={p.id: p for p in crowd}), reserved=False, **kwargs)
        return found.person, {c.person: c.reason for c in found.candidates}

    ours, theirs = person(1), person(2, outside=True)
    assert pick(ours, theirs)[0] == 2  # admitted, and with less to do
    assert pick(ours, theirs, inside=True) == (
        1,
        {1: "role:paralegal", 2: "from outside: this work stays in the firm"},
    )
    assert pick(ours, person(2, outside=True, walled_off=True)) == (
        1,
        {1: "role:paralegal", 2: "from outside, not admitted to this matter"},
    )
    # Not even where nobody else is left.
    assert pick(theirs, inside=True)[0] is None

"""On the shared store a wall is kept by the server: to everybody outside it the matter is not there.

After a whole Request for Evidence a wall goes up around it. Then every table, every use-case of the desk and every
listing command is asked by people outside, managers among them, who remember every name of the matter.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer

import casedesk.desk
from casedesk.cli import main
from casedesk.cli.app import NOUNS, root
from casedesk.desk import care, exporting, matters, notes, papers, reviews, tasks, tells, trail, walls
from casedesk.desk.turn import Turn
from casedesk.models.identifiers import opaque
from casedesk.models.tables import METADATA
from casedesk.refusal import Refusal
from tests.support.readable import nameless
from tests.support.rfe import RECEIPT, PgStages, Rfe

INSIDE = ("aokafor", "jreyes", "lchen", "mduarte")
OUTSIDE = ("bcole", "inovak", "tfinn")
"""A paralegal of the matter until the wall, the operations manager, and who received its notice."""


@pytest.fixture(
    scope="module",
    params=[
        "shipped",
        *(pytest.param(stage, marks=pytest.mark.faults) for stage in ("signoff", "receipted")),
    ],
)
def walled(request: pytest.FixtureRequest, pg_stages: PgStages) -> Iterator[Rfe]:
    """The story at a stage, behind a wall; beside it a matter that everybody sees."""
    rfe = pg_stages.stage(request.param, fresh=True)
    firm = rfe.firm
    seen = firm.desk("bcole").write(
        matters.open_matter, "naturalization", "Okonjo, Ada", paralegal="bcole", attorney="aokafor"
    )
    firm.desk("bcole").write(matters.link, rfe.matter, seen.ref, "related")
    firm.desk("bcole").write(matters.contact_rule, rfe.matter, "Never call after six")
    firm.desk("aokafor").write(notes.strategy, rfe.matter, "We answer in full")
    for review in filter(None, rfe.reviews.values()):
        firm.desk("lchen").write(reviews.show, review, looked=True)
    _by_owner(rfe)
    firm.desk("mduarte").write(notes.note, rfe.matter, "She is afraid of her brother-in-law.")
    # Ben Cole is told of two calls to return, and, in one message, that he has not.
    for words in ("Ask her about the I-94", "Her appointment"):
        firm.desk("mduarte").write(notes.call, rfe.matter, words, callback="bcole")
    firm.desk("tfinn").write(_hand_out, rfe.matter)
    firm.clock.advance(hours=30)
    firm.desk("inovak").sweep()
    firm.desk("jreyes").write(
        walls.raise_wall, rfe.matter, "A former client", inside=INSIDE, reassign_to="aokafor"
    )
    yield rfe
    firm.close()


def _by_owner(rfe: Rfe) -> None:
    """What the story has not: one row each."""
    assert rfe.firm.owned is not None
    of = "FROM matter m, person p, task t WHERE m.ref = %(r)s AND p.handle = 'aokafor' AND t.ref = %(t)s"
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        for words in (
            "appointment (id, ref, matter_id, kind, at_us, zone) SELECT 1, 'AP-ZQ7RT1', m.id, 'interview', 1, 'UTC'",
            "consent (id, ref, matter_id, kind, terms, recorded_by, recorded_us)"
            " SELECT 2, 'CO-ZQ7RT1', m.id, 'sharing', 'x', p.id, 1",
            "legal_hold (id, ref, matter_id, reason, opened_us, opened_by) SELECT 3, 'H-ZQ7RT1', m.id, 'x', 1, p.id",
            "supervision (id, ref, matter_id, task_id, act, delegate_id, supervisor_id, authority_sha256, given_by,"
            " given_us) SELECT 5, 'SV-ZQ7RT1', m.id, t.id, 'x', t.owner_id, p.id, '', p.id, 1",
        ):
            conn.execute(f"INSERT INTO {words} {of}".encode(), {"r": rfe.matter, "t": rfe.intake})


def _hand_out(turn: Turn, matter: str) -> str:
    return exporting.record(turn, what="trail", data=b"x", matter_id=turn.matter(matter).id)


@contextmanager
def login(rfe: Rfe, who: str) -> Iterator[psycopg.Connection]:
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.login_url(who, rfe.firm.passwords[who])) as conn:
        yield conn
        if not conn.broken:
            conn.rollback()


def ask(conn: psycopg.Connection, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    return conn.execute(sql.encode(), values).fetchall()


def keys(table: str) -> list[str]:
    return [column.name for column in METADATA.tables[table].primary_key]


def rows_of_the_matter(rfe: Rfe) -> dict[str, set[tuple[Any, ...]]]:
    """By table the keys of every row of the matter: by its id, and by a link to another such row."""
    assert rfe.firm.owned is not None
    found: dict[str, set[tuple[Any, ...]]] = {name: set() for name in METADATA.tables}
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        (matter,) = ask(conn, "SELECT id FROM matter WHERE ref = %(r)s", r=rfe.matter)
        found["matter"].add(matter)
        grown = True
        while grown:
            before = sum(map(len, found.values()))
            for name, table in METADATA.tables.items():
                for key in table.foreign_keys:
                    of = key.column.table.name
                    if not found[of] or len(keys(of)) != 1 or key.column.name != keys(of)[0]:
                        continue
                    parents = [parent[0] for parent in found[of]]
                    columns = ", ".join(keys(name))
                    found[name] |= set(
                        ask(
                            conn,
                            f"SELECT {columns} FROM {name} WHERE {key.parent.name} = ANY(%(p)s)",
                            p=parents,
                        )
                    )
            grown = sum(map(len, found.values())) > before
    return {name: rows for name, rows in found.items() if rows}


def test_no_table_has_a_row_of_it(walled: Rfe) -> None:
    of_it = rows_of_the_matter(walled)
    of_a_matter = {name for name, table in METADATA.tables.items() if "matter_id" in table.columns}
    # What this story leaves empty; the scene of the attacks has a row in each.
    empty = {"conflict_hit", "erasure", "filing", "seal_head", "sign_off"}
    empty |= {"delivery", "handover", "invitation", "status_check"}
    assert of_a_matter - of_it.keys() <= empty
    assert {
        "blob_chunk",
        "document_key",
        "manifest",
        "review_look",
        "review_point",
        "task_item",
    } <= of_it.keys()
    for who in OUTSIDE:
        with login(walled, who) as conn:
            for name in METADATA.tables:
                met = keys_read(conn, name) & of_it.get(name, set())
                if name == "wall_screen":
                    assert [row[1] for row in met] == [me(conn)], who
                else:
                    assert met == set(), (who, name)
    for who in INSIDE:
        with login(walled, who) as conn:
            for name in of_it.keys() - {"outbox", "matter_member", "wall_screen"}:
                assert of_it[name] <= keys_read(conn, name), (who, name)


def keys_read(conn: psycopg.Connection, table: str) -> set[tuple[Any, ...]]:
    """The keys of the rows that a login reads; none where it may read nothing of the table."""
    conn.execute("SAVEPOINT reading")
    try:
        return set(ask(conn, f"SELECT {', '.join(keys(table))} FROM {table}"))
    except psycopg.errors.InsufficientPrivilege:
        conn.execute("ROLLBACK TO reading")
        return set()


def me(conn: psycopg.Connection) -> int:
    return int(ask(conn, "SELECT casedesk_uid()")[0][0])


def test_no_table_says_a_word_of_it(walled: Rfe) -> None:
    """Not in any column of any row: no name, number or ref, but the matter's own where somebody is told of the wall."""
    words = secrets(walled)
    for who in OUTSIDE:
        with login(walled, who) as conn:
            # The playbooks on record are the product's own words, all of them from the first: test_vawa looks at them.
            for name in METADATA.tables.keys() - {"playbook_version"}:
                for row in _whole(conn, name):
                    said = str(row)
                    assert not [word for word in words if word in said], (who, name)
                    assert walled.matter not in said or name == "outbox", (who, name)


def _whole(conn: psycopg.Connection, table: str) -> list[tuple[Any, ...]]:
    columns = [
        column.name
        for column in METADATA.tables[table].columns
        if ask(conn, "SELECT has_column_privilege(%(t)s, %(c)s, 'SELECT')", t=table, c=column.name)[0][0]
    ]
    return ask(conn, f"SELECT {', '.join(columns)} FROM {table}") if columns else []


def secrets(rfe: Rfe) -> tuple[str, ...]:
    """Words that stand in the matter alone: names, numbers, and the ref of everything in it."""
    assert rfe.firm.owned is not None
    refs: list[str] = []
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        for name, table in METADATA.tables.items():
            if {"ref", "matter_id"} <= set(table.columns.keys()) and name != "wall":
                refs += [
                    ref
                    for (ref,) in ask(
                        conn,
                        f"SELECT x.ref FROM {name} x JOIN matter m ON m.id = x.matter_id WHERE m.ref = %(r)s",
                        r=rfe.matter,
                    )
                ]
    assert len(refs) > 10
    return ("Ibarra", "IBARRA", "A078451236", RECEIPT, "brother-in-law", "I-94", "212-555-0142", *refs)


def test_changing_touches_only_what_reading_finds(walled: Rfe) -> None:
    """An UPDATE without a condition reads nothing, and asks no policy of reading: how many rows it says would tell."""
    tried = set()
    for who in OUTSIDE:
        with login(walled, who) as conn:
            for name, table in METADATA.tables.items():
                for column in _changeable(conn, name):
                    value = "NULL" if table.columns[column].nullable else "''"
                    conn.execute("SAVEPOINT before")
                    try:
                        change = f"UPDATE {name} SET {column} = {value}"
                        blind = conn.execute(change.encode()).rowcount
                        conn.execute("ROLLBACK TO before")
                        seeing = conn.execute(f"{change} WHERE {keys(name)[0]} IS NOT NULL".encode()).rowcount
                    except psycopg.Error:
                        continue  # a guard: another column of the table is tried
                    finally:
                        conn.execute("ROLLBACK TO before")
                    assert blind == seeing, (who, name, column)
                    tried.add(name)
                    break
    assert {"outbox", "event", "task", "form", "document", "wall_screen", "review_look"} <= tried


def _changeable(conn: psycopg.Connection, table: str) -> list[str]:
    """The columns a login may change, of a table whose keys it may read; those that may be empty first."""
    able = [
        column
        for column in METADATA.tables[table].columns
        if ask(conn, "SELECT has_column_privilege(%(t)s, %(c)s, 'UPDATE')", t=table, c=column.name)[0][0]
    ]
    if not ask(conn, "SELECT has_column_privilege(%(t)s, %(c)s, 'SELECT')", t=table, c=keys(table)[0])[0][0]:
        return []
    able.sort(key=lambda column: (not column.nullable, str(column.type) != "TEXT"))
    return [column.name for column in able]


# -- the desk ---------------------------------------------------------------------------------------------------------


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the desk that is handed a turn."""
    for found in pkgutil.iter_modules(casedesk.desk.__path__):
        module = importlib.import_module(f"casedesk.desk.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters), "")
            if not name.startswith("_") and function.__module__ == module.__name__ and first == "turn":
                yield f"{found.name}.{name}", function


def names_of(rfe: Rfe) -> dict[str, tuple[str | int, str | int]]:
    """What somebody outside remembers, each beside a name of the same kind that was never given."""
    assert rfe.firm.owned is not None
    out: dict[str, tuple[str | int, str | int]] = {
        "matter": (rfe.matter, "M-2026-0999"),
        "receipt": (RECEIPT, "IOE0999999999"),
    }
    with psycopg.connect(rfe.firm.owned.owner_url) as conn:
        for table in (
            "task",
            "packet",
            "document",
            "review",
            "message",
            "deadline",
            "filing",
            "signature_slot",
        ):
            for row in ask(
                conn,
                f"SELECT x.ref, x.id FROM {table} x JOIN matter m ON m.id = x.matter_id WHERE m.ref = %(r)s LIMIT 1",
                r=rfe.matter,
            ):
                out[table] = (row[0], f"{row[0][:2].rstrip('-')}-ZZZZZZ")
                if table in ("task", "document"):
                    out[f"{table} id"] = (row[1], (1 << 62) + 77)
        (matter,) = ask(conn, "SELECT id FROM matter WHERE ref = %(r)s", r=rfe.matter)
    out["matter id"] = (matter[0], (1 << 62) + 77)
    out["matter as people see its id"] = (opaque(matter[0]), opaque((1 << 62) + 77))
    return out


def filled(function: Callable[..., Any], name: str | int) -> dict[str, Any] | None:
    """The arguments of a call about `name`; None where this function asks for something else."""
    given: dict[str, Any] = {}
    named = False
    for key, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD:
            continue
        wanted = str(parameter.annotation)
        if type(name).__name__ == wanted.removesuffix(" | None") and not named:
            given[key], named = name, True
        elif wanted in FILLERS:
            given[key] = FILLERS[wanted]
        elif wanted.startswith(("tuple[", "Sequence[", "Iterable[")):
            given[key] = ()
        elif wanted.startswith(("Mapping[", "dict[")):
            given[key] = {}
        else:
            return None
    return given if named else None


FILLERS: dict[str, Any] = {
    "str": "other",
    "int": 3,
    "bool": False,
    "bytes": b"x",
    "date": date(2027, 1, 5),
    "datetime": datetime(2027, 1, 5, 10, tzinfo=UTC),
}


def answer(turn: Turn, function: Callable[..., Any], given: dict[str, Any]) -> str:
    """What a use-case says in a turn of its own, all of it taken back."""
    saved = turn.uow.conn.begin_nested()
    try:
        return repr(function(Turn(turn.uow, turn.house), **given))
    except Refusal as refused:
        return f"{refused.code}: {refused.sentence()}"
    except Exception as error:
        return type(error).__name__
    finally:
        turn.uow._pending.clear()
        turn.uow._audits.clear()
        saved.rollback()


def without(name: str | int, said: str) -> str:
    return said.replace(str(name), "NAME").replace(str(name).lower(), "NAME")


@pytest.mark.parametrize(
    "who", ["inovak", *(pytest.param(who, marks=pytest.mark.faults) for who in ("bcole", "tfinn"))]
)
def test_no_use_case_tells_it_from_a_name_never_given(walled: Rfe, who: str) -> None:
    names = names_of(walled)
    words = secrets(walled)

    def every(turn: Turn) -> list[str]:
        wrong, tried = [], set()
        for label, function in use_cases():
            if label == "walls.acknowledge":
                continue  # the one thing that is theirs to do, by the number they were told
            if label.startswith("deadline_count."):
                continue  # it is given a rule's name, looks in no store, and answers with the nearest
            for kind, (real, unreal) in names.items():
                given, other = filled(function, real), filled(function, unreal)
                if given is None or other is None:
                    continue
                tried.add(label)
                here = without(real, answer(turn, function, given))
                there = without(unreal, answer(turn, function, other))
                if nameless(here) != nameless(there) or any(word in here for word in words):
                    wrong.append(f"{label}({kind}): {here[:300]} | {there[:300]}")
        assert len(tried) > 100, sorted(tried)
        return wrong

    assert walled.firm.desk(who).read(every) == []


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_count_and_no_first_line_knows_it(walled: Rfe, who: str) -> None:
    desk = walled.firm.desk(who)
    counts = desk.read(tasks.counts)
    shown = desk.read(tasks.queue, scope="all", limit=500)
    assert counts.team == len(shown)
    assert counts.unread == len(desk.read(tells.listing, limit=500))
    assert counts.reviews == 0
    assert [m.caption for m in desk.read(matters.listing, status=None)] == ["Okonjo, Ada"]
    for said in (desk.read(care.header), desk.read(care.doctor), desk.read(trail.verify)):
        assert not [word for word in (*secrets(walled), walled.matter) if word in repr(said)]


def listing_commands() -> Iterator[tuple[str, ...]]:
    """Every command of a noun called `list`, and what lists under another name."""
    for noun in NOUNS:
        command = root().get_command(None, noun)
        yield from _lists(command, (noun,))
    yield from (
        ("find", "ibarra"),
        ("find", RECEIPT),
        ("find", "6236"),
        ("audit", "head"),
        ("audit", "verify"),
    )
    yield from (("matter", "wall", "screens"), ("task", "list", "--all"), ("task", "list", "--team"))


def _lists(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, sub in getattr(command, "commands", {}).items():
        if isinstance(sub, typer.core.TyperGroup):
            yield from _lists(sub, (*path, name))
        elif name == "list" and not any(p.param_type_name == "argument" and p.required for p in sub.params):
            yield (*path, name)


@pytest.mark.parametrize("who", ["inovak"])
def test_no_listing_command_shows_it(
    walled: Rfe, who: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    passwords = tmp_path / "pgpass"
    passwords.write_text("".join(f"*:*:*:{h}:{p}\n" for h, p in walled.firm.passwords.items()))
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    tried, known = 0, secrets(walled)
    for words in listing_commands():
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        main(["--store", walled.firm.store, "--as", who, *words, "--json"], clock=walled.firm.clock)
        streams = capsys.readouterr()
        said = (streams.out + streams.err).replace(RECEIPT if RECEIPT in words else "\0", "")
        assert not [word for word in known if word in said], words
        assert walled.matter not in said or words == ("matter", "wall", "screens"), words
        tried += 1
    assert tried > 20


# -- what was open, and what is looked at -----------------------------------------------------------------------------


def test_an_open_snapshot_ends_with_the_wall(pg_stages: PgStages) -> None:
    rfe = pg_stages.stage("content", fresh=True)
    with login(rfe, "tfinn") as old, login(rfe, "tfinn") as reading, login(rfe, "mduarte") as inside:
        for conn in (old, inside):
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            assert ask(conn, "SELECT count(*) FROM document")[0][0] > 0
        ask(
            reading, "SELECT count(*) FROM document"
        )  # a transaction that takes a new snapshot for each statement
        rfe.firm.desk("jreyes").write(
            walls.raise_wall, rfe.matter, "A former client", inside=INSIDE, reassign_to="aokafor"
        )
        with pytest.raises(psycopg.OperationalError):
            ask(old, "SELECT count(*) FROM document")
        assert ask(reading, "SELECT count(*) FROM document") == [(0,)]
        assert ask(inside, "SELECT count(*) FROM document")[0][0] > 0
    rfe.firm.close()


def test_an_open_snapshot_ends_with_somebodys_sight(pg_stages: PgStages) -> None:
    rfe = pg_stages.stage("content", fresh=True)
    desk = rfe.firm.desk("jreyes")
    desk.write(walls.raise_wall, rfe.matter, "A former client", out=("tfinn",))
    with login(rfe, "bcole") as old, login(rfe, "inovak") as other:
        for conn in (old, other):
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            assert ask(conn, "SELECT count(*) FROM document")[0][0] > 0
        desk.write(walls.leave, rfe.matter, "bcole", "He knows her husband", reassign_to="aokafor")
        with pytest.raises(psycopg.OperationalError):
            ask(old, "SELECT count(*) FROM document")
        with login(rfe, "bcole") as conn:
            assert ask(conn, "SELECT count(*) FROM matter_member") == [(0,)]
        assert ask(other, "SELECT count(*) FROM document")[0][0] > 0
    rfe.firm.close()


def test_nobody_ends_the_sessions_of_others_by_it(pg_stages: PgStages) -> None:
    """Only snapshots older than the wall: asked for again and again, it disturbs nobody."""
    rfe = pg_stages.stage("content", fresh=True)
    rfe.firm.desk("jreyes").write(
        walls.raise_wall, rfe.matter, "A former client", inside=INSIDE, reassign_to="aokafor"
    )
    with login(rfe, "jreyes") as keeper, login(rfe, "tfinn") as conn:
        (matter,) = ask(keeper, "SELECT id FROM matter WHERE ref = %(r)s", r=rfe.matter)[0]
        keeper.rollback()
        ask(keeper, "SELECT txid_current()")  # other work goes on
        keeper.commit()
        conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        ask(conn, "SELECT count(*) FROM matter")
        for _ in range(3):
            assert ask(keeper, "SELECT casedesk_end_shut_out(%(m)s)", m=matter) == [(True,)]
            keeper.commit()
        assert ask(conn, "SELECT count(*) FROM matter") == [(0,)]
    rfe.firm.close()


def test_looks_are_on_the_trail(walled: Rfe) -> None:
    firm = walled.firm

    def looks(who: str) -> int:
        found = firm.desk("jreyes").read(trail.listing, matter=walled.matter, limit=1000)
        return sum(e.action == "matter.viewed" and e.actor == who for e in found)

    desk, before, mark = firm.desk("lchen"), looks("lchen"), firm.desk("bcole").store.change_mark()
    desk.read(matters.listing)
    desk.read(tasks.queue, scope="all")
    assert looks("lchen") == before
    desk.read(matters.show, walled.matter)
    desk.read(matters.show, walled.matter)
    paper = desk.read(papers.listing, matter=walled.matter)[0]
    desk.read(papers.data, paper.ref)
    assert looks("lchen") == before + 1
    firm.clock.advance(minutes=11)
    desk.read(papers.data, paper.ref)
    assert looks("lchen") == before + 2
    assert firm.desk("bcole").store.change_mark() == mark  # nobody hears of a look
    seen = firm.desk("bcole").read(matters.listing)[0].ref
    desk.read(matters.show, seen)
    entries = firm.desk("jreyes").read(trail.listing, matter=seen)
    assert "matter.viewed" not in {e.action for e in entries}


def test_a_session_that_only_reads_is_not_shown_what_must_be_recorded(walled: Rfe) -> None:
    from casedesk.bootstrap import open_desk

    firm = walled.firm
    desk = open_desk(
        firm.store, "aokafor", clock=firm.clock, password=firm.passwords["aokafor"], read_only=True
    )
    firm.clock.advance(minutes=11)
    with pytest.raises(Refusal, match="a look at it is put on record") as refused:
        desk.read(matters.show, walled.matter)
    assert refused.value.code == "look_not_recorded"
    desk.close()


def test_nobody_adds_to_a_trail_they_do_not_see(walled: Rfe) -> None:
    with login(walled, "jreyes") as conn:
        (matter,) = ask(conn, "SELECT id FROM matter WHERE ref = %(r)s", r=walled.matter)[0]
    for number in (matter, (1 << 62) + 77):
        with login(walled, "inovak") as conn, pytest.raises(psycopg.Error) as refused:
            ask(
                conn,
                "SELECT casedesk_append_audit(%(s)s, %(m)s, 0, 'x', 'x', '{}')",
                s=f"matter:{number}",
                m=number,
            )
        assert "foreign_stream" in str(refused.value)

"""The store's care: what `doctor` looks at, and what stands in the desk's first line."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from casedesk import resources
from casedesk.desk import care_backup, care_local, licences, trail, vault
from casedesk.desk.turn import Turn, instant
from casedesk.desk.views.care import Check, Header
from casedesk.refusal import Refusal
from casedesk.store import guards
from casedesk.store.store import SCHEMA
from casedesk.store.unit_of_work import micros

LATE = timedelta(minutes=15)
"""How long after its moment an armed timer may still wait before it counts as lost."""

MOST_BYTES = 256 * 1024 * 1024
"""Papers read in full, newest first; beyond this the rest are left for another day, and the check says so."""

_FOLDERS = ("messages", "letters", "fonts", "playbooks", "rules", "deadlines", "authority")


def doctor(turn: Turn) -> tuple[Check, ...]:
    """Every check, good or bad; `fix` says what to do about a bad one. Looks only, changes nothing.

    On the shared store an ordinary login checks what it may read, and each check says where that ends.
    """
    local = () if _shared(turn) else care_local.checks(turn)
    return (*(check(turn) for check in _CHECKS), *local)


def header(turn: Turn) -> Header:
    """The desk's first line."""
    firm = turn.uow.one("firm.firm")
    policy = turn.uow.one("firm.policy")
    beat = turn.uow.one("care.heartbeat")
    return Header(
        firm="" if firm is None else firm.name,
        person=turn.actor.name,
        roles=tuple(sorted(role.value for role in turn.actor.roles)),
        store=_label(turn),
        demo=turn.uow.scalar("meta.get", key="demo") == "1",
        last_sweep=None if beat is None else instant(beat.at_us),
        zone=turn.office.zone,
        policy="" if policy is None else policy.policy,
    )


# --- the checks


def _store(turn: Turn) -> Check:
    schema = turn.uow.scalar("meta.get", key="schema")
    kind = "PostgreSQL" if _shared(turn) else "SQLite"
    ok = schema == str(SCHEMA)
    detail = f"{kind}, {_label(turn)}, schema {schema} (this program writes {SCHEMA})"
    if not _shared(turn):
        detail += "; one trust domain: whoever runs programs as this user can read it"
    return Check("store", ok, detail, "" if ok else "Run `casedesk migrate`.")


def _permissions(turn: Turn) -> Check:
    if _shared(turn):
        open_tables = [row.place for row in turn.uow.all("care.open_tables")]
        if open_tables:
            said = f"without row policies: {', '.join(open_tables[:5])}"
            return Check("permissions", False, said, "The owner runs `casedesk migrate`.")
        return Check(
            "permissions", True, "row policies stand on every table; the host's disk is its operator's", ""
        )
    return care_local.permissions(turn)


def _links(turn: Turn) -> Check:
    problems = [row.problem for row in turn.uow.all("care.soundness")]
    broken = [f"{row.place} ({row.n})" for row in turn.uow.all("care.broken_links")]
    if not turn.uow.scalar("care.foreign_keys"):
        problems.append("links are not held")
    if problems or broken:
        said = "; ".join([*problems, *(f"broken links in {place}" for place in broken)])
        return Check("links", False, said, "Restore the store from its last good backup.")
    return Check("links", True, "the file is sound and every row's links lead somewhere", "")


def _load(turn: Turn) -> Check:
    """Whether the hours each person has open, by which work is given, are those of their tasks."""
    if turn.actor.outside:
        return Check("load", True, "what each of the staff has open is the firm's own", "")
    wrong = [row.handle for row in turn.uow.all("care.miscounted")]
    if wrong:
        said = f"the open hours of {', '.join(wrong[:5])} are not those of their tasks"
        return Check("load", False, said, "Run `casedesk migrate`: it counts them anew.")
    return Check("load", True, "everybody's open hours are those of their tasks", "")


def _guards(turn: Turn) -> Check:
    have = {row.name: row.body for row in turn.uow.all("care.guards")}
    if _shared(turn):
        wanted = {_trigger_name(s) for s in guards.postgres_sql() if s.startswith("CREATE TRIGGER")}
        missing = sorted(wanted - have.keys())
    else:
        made = {_trigger_name(s): s for s in guards.sqlite_sql() if s.startswith("CREATE TRIGGER")}
        missing = sorted(name for name, body in made.items() if have.get(name) != body)
        wanted = set(made)
    if missing:
        said = f"{len(missing)} of {len(wanted)} guards are gone or changed: {', '.join(missing[:3])}"
        return Check("guards", False, said, "Run `casedesk migrate`, and ask who changed them.")
    return Check("guards", True, f"{len(wanted)} guards stand as this program wrote them", "")


def _vault(turn: Turn) -> Check:
    import hashlib

    papers = turn.uow.all("care.papers")
    read = looked = 0
    wrong = []
    for paper in papers:
        if looked and read + paper.bytes > MOST_BYTES:
            break
        data = vault.get(turn, paper.document_id, paper.version)
        if hashlib.sha256(data).hexdigest() != paper.sha256 or len(data) != paper.bytes:
            wrong.append(f"{paper.ref} version {paper.version}")
        read, looked = read + len(data), looked + 1
    if wrong:
        said = f"{len(wrong)} of {looked} papers are not the bytes that were taken in: {', '.join(wrong[:3])}"
        return Check("vault", False, said, "Restore them from the last good backup.")
    seen = " you may read" if _limited(turn) else ""
    part = "all" if looked == len(papers) else f"the newest {looked} of"
    return Check("vault", True, f"{part} {len(papers)} papers{seen} are the bytes that were taken in", "")


def _audit(turn: Turn) -> Check:
    verdict = trail.verify(turn)
    if verdict.first_bad is not None:
        bad = verdict.first_bad
        said = f"stream {bad['stream']}, entry {bad['seq']}: {bad['problem']}"
        return Check(
            "audit", False, said, "Keep the store as it is, and compare it with the last good backup."
        )
    part = "; the store's own stream is a manager's to verify" if _limited(turn) else ""
    return Check(
        "audit", True, f"{verdict.entries} entries in {verdict.streams} streams follow each other{part}", ""
    )


def _timers(turn: Turn) -> Check:
    row = turn.uow.need("timers", "", "care.past_timers", before_us=micros(turn.now - LATE))
    if row.n:
        since = instant(row.oldest).strftime("%Y-%m-%d %H:%MZ")
        return Check(
            "timers",
            False,
            f"{row.n} timers are overdue, the oldest since {since}",
            "Run `casedesk worker --once`.",
        )
    armed = turn.uow.scalar("care.armed_timers")
    return Check("timers", True, f"{armed} timers are armed, none is overdue", "")


def _heartbeat(turn: Turn) -> Check:
    beat = turn.uow.one("care.heartbeat")
    if beat is not None and turn.now - instant(beat.at_us) <= LATE:
        return Check(
            "worker", True, f"last sweep {_ago(turn.now - instant(beat.at_us))} ago by {beat.worker}", ""
        )
    said = "no sweep yet" if beat is None else f"last sweep {_ago(turn.now - instant(beat.at_us))} ago"
    if not _shared(turn):
        return Check("worker", True, f"{said}; a local desk sweeps while it is open", "")
    if beat is None or not turn.uow.scalar("care.armed_timers"):
        return Check(
            "worker", True, f"{said}; desks sweep while they are open, and so does `casedesk worker`", ""
        )
    return Check("worker", False, said, "Start `casedesk worker` on a machine that stays on.")


def _resources(turn: Turn) -> Check:
    try:
        root = resources.templates()
    except Refusal as error:
        return Check("resources", False, error.message, error.next)
    missing = [name for name in _FOLDERS if not resources.list_names(name) and not (root / name).is_dir()]
    if missing:
        return Check("resources", False, f"missing: {', '.join(missing)}", "Install casedesk again.")
    return Check(
        "resources",
        True,
        "letters, messages, fonts, playbooks, rules, deadlines and the authority matrix are there",
        "",
    )


def _limits(turn: Turn) -> Check:
    from casedesk.documents.child import ParseFailed, run_limited
    from casedesk.documents.limits import PARSE_SECONDS

    try:
        limited = run_limited("reading_child:read_text", b"Receipt Number", seconds=PARSE_SECONDS)
    except ParseFailed as error:
        return Check("limits", False, f"papers cannot be read: {error.reason}", "Install casedesk again.")
    return Check("limits", True, f"papers are read in a child with limits on {', '.join(limited.limits)}", "")


def _keyring(turn: Turn) -> Check:
    if not _shared(turn):
        return care_local.key(turn)
    if os.environ.get("PGPASSFILE"):
        return Check("keyring", True, "the password comes from the file PGPASSFILE names", "")
    from casedesk.security.secrets import NoSafeKeyring, read_secret

    try:
        read_secret("casedesk", "doctor")
    except NoSafeKeyring as error:
        # The prompt is as safe; it is only said, so that nobody wonders why they are asked.
        return Check("keyring", True, f"{error.message} The password is asked for at each start.", "")
    return Check("keyring", True, "the system's keyring keeps the password", "")


_CHECKS: tuple[Callable[[Turn], Check], ...] = (
    _store,
    _permissions,
    _links,
    _load,
    _guards,
    care_backup.shape,
    _vault,
    _audit,
    _timers,
    _heartbeat,
    _resources,
    _limits,
    _keyring,
    licences.check,
    care_backup.last,
)


def _shared(turn: Turn) -> bool:
    return turn.uow.dialect.name == "postgresql"


def _limited(turn: Turn) -> bool:
    return _shared(turn) and not turn.actor.is_manager


def _place(turn: Turn) -> Path:
    return Path(str(turn.uow.scalar("care.place")))


def _label(turn: Turn) -> str:
    return str(turn.uow.scalar("care.place")) if _shared(turn) else _place(turn).name


def _trigger_name(statement: str) -> str:
    return statement.split()[2]


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"

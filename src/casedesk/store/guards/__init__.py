"""What the store itself refuses, said once for both stores.

A guard is a condition over NEW and OLD, written in the SQL both dialects read, and the sentence of its refusal. The
desk refuses first and more kindly; these hold when somebody reaches the store another way. On PostgreSQL the
conditions run with the owner's eyes (a person's own row policies must not hide what forbids the step); who acts is
still `session_user`, checked by the row policies in `policies/`.

`{day:X}` stands for the UTC date of the microseconds X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from casedesk.store.guards.care import CARE, CONSEQUENCES_OF_CARE, ERASABLE
from casedesk.store.guards.family import FAMILY
from casedesk.store.guards.gate import CONSEQUENCES_OF_THE_GATE, GATE
from casedesk.store.guards.keys import CONSEQUENCES_FOR_KEYS, KEYS_OF_SIGNERS
from casedesk.store.guards.load import CONSEQUENCES_FOR_LOAD, RECOUNT
from casedesk.store.guards.people import PEOPLE
from casedesk.store.guards.said import CHUNK, Guard
from casedesk.store.guards.time import TIME
from casedesk.store.guards.trust import TRUST
from casedesk.store.guards.work import WORK

IMMUTABLE = (
    "blob_chunk",
    "document_version",
    "manifest",
    "manifest_document",
    "draft",
    "decision",
    "audit",
    "strategy_note",
    "note",
    "call",
    "firm_policy",
    "packet",
    "playbook_version",
    "rule_set",
    "transition",
    "seal",
    "seal_head",
    "export_record",
    "conflict_hit",
    "training",
    "firm_setting",
    "rule_install",
    "status_check",
    "visa_bulletin",
    "invitation",
    "worker_gap",
    "triage",
)
"""Written once."""

KEPT = (
    *IMMUTABLE,
    "document",
    "notice",
    "matter",
    "client",
    "party",
    "form",
    "task",
    "task_item",
    "deadline",
    "appointment",
    "message",
    "review",
    "review_point",
    "signature_slot",
    "sign_off",
    "filing",
    "event",
    "timer",
    "outbox",
    "person",
    "licence",
    "signing_key",
    "playbook_run",
    "contact_rule",
    "original_held",
    "audit_head",
    "wall",
    "wall_screen",
    "matter_member",
    "conflict_check",
    "consent",
    "supervision",
    "legal_hold",
    "erasure",
    "document_key",
    "seal_key",
    "closure",
    "handover",
    "delivery",
    "webhook",
)
"""Never deleted: superseded, voided, closed."""

KEYS = {
    **dict.fromkeys(IMMUTABLE, ("id",)),
    **dict.fromkeys(("review", "sign_off", "filing", "document"), ("id",)),
    "blob_chunk": ("version_id", "seq"),
    "manifest_document": ("manifest_id", "position"),
    "audit": ("stream", "seq"),
    "transition": ("machine", "before", "after"),
    "review_point": ("review_id", "code"),
    "signing_key": ("key_id",),
    "seal": ("seq",),
    "seal_head": ("seal_seq", "position"),
    "document_key": ("version_id",),
    **dict.fromkeys(("wall", "erasure", "legal_hold"), ("id",)),
}
"""The key of each table whose rows no REPLACE of SQLite's may take away."""

CONSEQUENCES = (
    *CONSEQUENCES_OF_THE_GATE,
    *CONSEQUENCES_FOR_KEYS,
    *CONSEQUENCES_OF_CARE,
    *CONSEQUENCES_FOR_LOAD,
)
"""What the store writes of itself."""

MACHINES = {
    "task": "task",
    "review": "review",
    "slot": "signature_slot",
    "filing": "filing",
    "message": "message",
}
"""The lifecycle machine of each table that has one."""


def _transitions() -> Iterator[Guard]:
    for machine, table in MACHINES.items():
        yield Guard(
            table,
            "UPDATE",
            "no_such_step",
            f"That step does not follow in the life of a {machine}.",
            f"NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM transition t WHERE t.machine = '{machine}'"
            " AND t.before = OLD.state AND t.after = NEW.state)",
        )


def all_guards() -> tuple[Guard, ...]:
    """Every guard, in the order in which a row meets them."""
    never = [
        Guard(t, "UPDATE", "written_once", f"A row of {t} is written once.", ERASABLE.get(t, "1 = 1"))
        for t in IMMUTABLE
    ]
    kept = [Guard(t, "DELETE", "kept", f"Nothing of {t} is deleted from the record.", "1 = 1") for t in KEPT]
    return (
        *never,
        *kept,
        *_transitions(),
        *GATE,
        *KEYS_OF_SIGNERS,
        *WORK,
        *TRUST,
        *PEOPLE,
        *FAMILY,
        *CARE,
        *TIME,
    )


_DAY = re.compile(r"\{day:([A-Za-z_.]+)\}")


def _grouped() -> dict[tuple[str, str], list[Guard]]:
    groups: dict[tuple[str, str], list[Guard]] = {}
    for guard in all_guards():
        groups.setdefault((guard.table, guard.event), []).append(guard)
    return groups


def _spoken(guard: Guard) -> str:
    return f"casedesk:{guard.code}:{guard.sentence}".replace("'", "''")


def sqlite_sql() -> list[str]:
    """Statements that drop and make the guards on SQLite; one trigger a guard, refusing only.

    The last is made first: SQLite asks the youngest trigger first, and a person shall read the same refusal on both
    stores. What is refused does not hang on that order.
    """
    out: list[str] = []
    for table, key in KEYS.items():
        same = " AND ".join(f"x.{column} = NEW.{column}" for column in key)
        guard = Guard(table, "INSERT", "written_once", f"A row of {table} is written once.", "")
        out.append(f"DROP TRIGGER IF EXISTS guard_{table}_replace")
        out.append(
            f"CREATE TRIGGER guard_{table}_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} x WHERE {same})\nBEGIN SELECT RAISE(ABORT, '{_spoken(guard)}'); END"
        )
    for (table, event), guards in _grouped().items():
        for i, guard in reversed(list(enumerate(guards))):
            name = f"guard_{table}_{event.lower()}_{i}"
            when = _DAY.sub(r"strftime('%Y-%m-%d', \1 / 1000000, 'unixepoch')", guard.when)
            out.append(f"DROP TRIGGER IF EXISTS {name}")
            out.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN ({when})\n"
                f"BEGIN SELECT RAISE(ABORT, '{_spoken(guard)}'); END"
            )
    for after in CONSEQUENCES:
        out.append(f"DROP TRIGGER IF EXISTS {after.name}")
        out.append(
            f"CREATE TRIGGER {after.name} AFTER {after.event} ON {after.table} WHEN ({after.when})\n"
            f"BEGIN {after.sql}; END"
        )
    return out


def postgres_sql() -> list[str]:
    """The same guards on PostgreSQL: one definer function and one trigger for each table and event."""
    out: list[str] = []
    for (table, event), guards in _grouped().items():
        name = f"guard_{table}_{event.lower()}"
        body = []
        for guard in guards:
            when = _DAY.sub(
                r"to_char(to_timestamp(\1 / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')", guard.when
            )
            body.append(
                f"IF ({when}) THEN RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = '{_spoken(guard)}'; END IF;"
            )
        result = "OLD" if event == "DELETE" else "NEW"
        out.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
            f"SET search_path = pg_catalog, public, pg_temp AS $guard$\nBEGIN\n"
            + "\n".join(body)
            + f"\nRETURN {result};\nEND $guard$"
        )
        out.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        out.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        out.append(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
    for after in CONSEQUENCES:
        out.append(
            f"CREATE OR REPLACE FUNCTION {after.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
            f"SET search_path = pg_catalog, public, pg_temp AS $guard$\nBEGIN\n"
            f"IF ({after.when}) THEN {after.sql}; END IF;\nRETURN NULL;\nEND $guard$"
        )
        out.append(f"DROP TRIGGER IF EXISTS {after.name} ON {after.table}")
        out.append(
            f"CREATE TRIGGER {after.name} AFTER {after.event} ON {after.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {after.name}()"
        )
        out.append(f"REVOKE ALL ON FUNCTION {after.name}() FROM PUBLIC")
    return out


__all__ = [
    "CHUNK",
    "IMMUTABLE",
    "KEPT",
    "KEYS",
    "MACHINES",
    "RECOUNT",
    "Guard",
    "all_guards",
    "postgres_sql",
    "sqlite_sql",
]

"""What the walls are made of, each piece once weakened: a policy that lets everything by, a guard or a trigger gone, a
right too many, a function that says yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.security.scene import PARENTS

APPROVALS = (
    *(
        "audit",
        "audit_head",
        "review",
        "review_point",
        "sign_off",
        "filing",
        "manifest",
        "draft",
        "firm_policy",
    ),
    *("person_role", "licence", "signing_key", "wall", "matter_member", "matter", "engine_meta", "seal"),
)

CHANGEABLE = (
    "review",
    "sign_off",
    "filing",
    "draft",
    "manifest",
    "matter",
    "wall",
    "matter_member",
    "audit",
    "licence",
)


GUARDED = (
    *(
        "blob_chunk",
        "draft",
        "filing",
        "manifest",
        "manifest_document",
        "review_point",
        "sign_off",
        "strategy_note",
    ),
    *("supervision", "matter_owner", "erasure"),
)


HELD_ELSEWHERE = {
    # Nobody has the right to read the table at all: "challenges readable" is the mutant of that.
    ("sign_challenge", "nobody"),
    # The worker's group alone has the right to add a row.
    ("wall_screen", "screen_newcomer"),
    # In whose name: the key is the signer's (a foreign key), and opened just now by whoever is signed in
    # (`signing_proved`). Of which matter: `guard_sign_off_insert`, which `test_guards_can_fail` takes down, asks of
    # every wall and every person again.
    ("sign_off", "sign"),
}
"""Policies behind which another layer refuses the same: weakened alone they let nothing by."""


@dataclass(frozen=True)
class Mutant:
    """`sql` weakens one thing, as the store's owner."""

    name: str
    sql: str


def mutants(conn: psycopg.Connection[Any]) -> Iterator[Mutant]:
    """Every mutant of a store as it stands."""
    yield from _policies(conn)
    yield from _rights(conn)
    yield from _functions()


def _policies(conn: psycopg.Connection[Any]) -> Iterator[Mutant]:
    rows = conn.execute(
        "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
        " AND permissive = 'PERMISSIVE' ORDER BY tablename, policyname"
    ).fetchall()
    for table, name, command, qual, check in rows:
        if (table, name) in HELD_ELSEWHERE:
            continue
        walled = "matter" in f"{qual}{check}" or table in ("matter", "matter_member", "client", *PARENTS)
        if command == "SELECT" and walled:
            yield Mutant(f"{table}: {name} reads all", f"ALTER POLICY {name} ON {table} USING (true)")
        elif command == "UPDATE" and walled:
            # What a change leads to is checked as well as what it begins with: either holds without the other.
            both = " WITH CHECK (true)" if check is not None else ""
            yield Mutant(f"{table}: {name} changes all", f"ALTER POLICY {name} ON {table} USING (true){both}")
        elif command == "INSERT" and walled:
            # Where a guard stands behind the policy both go: that each guard can fail is shown elsewhere.
            drop = f"; DROP TRIGGER guard_{table}_insert ON {table}" if table in GUARDED else ""
            yield Mutant(
                f"{table}: {name} takes all", f"ALTER POLICY {name} ON {table} WITH CHECK (true){drop}"
            )
    for table in ("matter", "task", "document", "party", "audit", "note", "message", "review"):
        yield Mutant(f"{table}: no row security", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _rights(conn: psycopg.Connection[Any]) -> Iterator[Mutant]:
    for table in APPROVALS:
        for verb in ("DELETE", "TRUNCATE"):
            # The guards refuse deletion as well: a right alone opens nothing, so both go.
            drop = f"; DROP TRIGGER IF EXISTS guard_{table}_delete ON {table}" if verb == "DELETE" else ""
            yield Mutant(f"{table}: {verb} granted", f"GRANT {verb} ON {table} TO casedesk_staff{drop}")
    for table in CHANGEABLE:
        yield Mutant(f"{table}: UPDATE granted whole", f"GRANT UPDATE ON {table} TO casedesk_staff")
    for table, columns in (
        ("signing_key", "wrapped, salt"),
        ("signing_key", "token_sha256"),
        ("seal", "leaves"),
    ):
        yield Mutant(f"{table}: {columns} readable", f"GRANT SELECT ({columns}) ON {table} TO casedesk_staff")
    for table in ("person_role", "licence", "matter_member", "engine_meta", "audit"):
        yield Mutant(
            f"{table}: INSERT granted",
            f"GRANT INSERT ON {table} TO casedesk_staff; CREATE POLICY mutant ON {table} FOR INSERT WITH CHECK (true)",
        )
    yield Mutant("challenges readable", "GRANT SELECT ON sign_challenge TO casedesk_staff")
    yield Mutant("tables of one's own", "GRANT CREATE ON SCHEMA public TO casedesk_staff")


def _functions() -> Iterator[Mutant]:
    yes = "RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS 'SELECT true'"
    yield Mutant(
        "everybody is a member", f"CREATE OR REPLACE FUNCTION casedesk_member(p_matter bigint) {yes}"
    )
    yield Mutant("everybody is the worker", f"CREATE OR REPLACE FUNCTION casedesk_is_service() {yes}")
    yield Mutant(
        "everybody keeps the wall", f"CREATE OR REPLACE FUNCTION casedesk_keeps_wall(p_matter bigint) {yes}"
    )
    yield Mutant(
        "everybody adds people",
        f"CREATE OR REPLACE FUNCTION casedesk_is_manager() {yes};"
        " GRANT EXECUTE ON FUNCTION casedesk_add_login(text, text, text[]) TO casedesk_staff",
    )

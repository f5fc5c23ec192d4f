"""`doctor --security`: the server's catalogue read as an attacker would, and one finding a line.

Looks only. A local store is one trust domain and has no catalogue to read: there the checks of `care_local` are all
there is, and this says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.desk.turn import Turn
from casedesk.desk.views.care import Check

MOST_NAMED = 5


@dataclass(frozen=True)
class Lint:
    """`query` gives the things that are wrong; `wrong` completes "N ...: a, b", `well` says what holds."""

    id: str
    query: str
    well: str
    wrong: str
    fix: str


_MIGRATE = "The owner runs `casedesk migrate`, which puts the rights back, and asks who changed them."

LINTS = (
    Lint(
        "views",
        "lint.owner_views",
        "no view reads with its owner's eyes",
        "views read past every policy",
        "Drop them, or make them WITH (security_invoker = true).",
    ),
    Lint(
        "tables",
        "lint.bare_tables",
        "a policy stands on every table",
        "tables have no policy",
        _MIGRATE,
    ),
    Lint(
        "policies",
        "lint.open_policies",
        "no policy lets everything by",
        "policies let everything by",
        _MIGRATE,
    ),
    Lint(
        "functions",
        "lint.public_functions",
        "no function is everybody's",
        "functions are everybody's",
        _MIGRATE,
    ),
    Lint(
        "paths",
        "lint.loose_functions",
        "functions with their owner's rights look in fixed places",
        "functions with their owner's rights look where the caller says",
        _MIGRATE,
    ),
    Lint(
        "owners",
        "lint.foreign_owners",
        "everything belongs to the store's owner",
        "things belong to somebody else",
        "Ask who made them, and drop them.",
    ),
    Lint(
        "triggers",
        "lint.sleeping_triggers",
        "every guard is awake",
        "guards are switched off",
        "Switch them on again (ALTER TABLE ... ENABLE TRIGGER), and ask who did it.",
    ),
    Lint(
        "bypass",
        "lint.bypassing_logins",
        "no login of the firm passes the policies by",
        "logins pass every policy by",
        "Take the attribute or the membership from them.",
    ),
    Lint(
        "powers",
        "lint.powerful_logins",
        "people's logins make no roles and act as nobody else",
        "people's logins may act as others",
        "Take CREATEROLE, CREATEDB and the memberships from them.",
    ),
    Lint(
        "strangers",
        "lint.strangers",
        "every login in the firm's groups is somebody who works here",
        "logins stand for nobody who works here",
        "Revoke their groups, or drop them.",
    ),
    Lint(
        "groups",
        "lint.group_drift",
        "people's groups are the roles the firm gave them",
        "people have groups that their roles do not give",
        "Revoke the group, or give the role with `casedesk person role`.",
    ),
    Lint(
        "grants",
        "lint.wide_grants",
        "what may be changed is granted column by column",
        "rights reach over whole tables",
        _MIGRATE,
    ),
    Lint(
        "places",
        "lint.open_places",
        "nobody puts things of their own into the database",
        "places are open for things of one's own",
        _MIGRATE,
    ),
    Lint(
        "doors",
        "lint.back_doors",
        "nothing in the database reaches outside it",
        "things reach outside the database",
        "Drop what the firm does not need; casedesk needs none of them.",
    ),
    Lint(
        "settings",
        "lint.loose_settings",
        "the server keeps passwords as SCRAM and writes no names into its log",
        "settings let secrets out",
        "Change them in postgresql.conf and reload.",
    ),
)


def checks(turn: Turn) -> tuple[Check, ...]:
    """Every finding about the server; for a local store the one sentence that there is none."""
    if turn.uow.dialect.name != "postgresql":
        said = "a local store is one trust domain: roles are workflow in it, and there is no server to ask"
        return (Check("catalogue", True, said, ""),)
    return (*(_look(turn, lint) for lint in LINTS), _line(turn))


def _look(turn: Turn, lint: Lint) -> Check:
    things = [str(row.thing) for row in turn.uow.all(lint.query)]
    if not things:
        return Check(lint.id, True, lint.well, "")
    named = ", ".join(things[:MOST_NAMED])
    more = f" and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
    return Check(lint.id, False, f"{len(things)} {lint.wrong}: {named}{more}", lint.fix)


def _line(turn: Turn) -> Check:
    row = turn.uow.need("connection", "", "lint.this_line")
    if row.tls:
        return Check("line", True, "this connection is encrypted", "")
    if row.loopback:
        return Check("line", True, "this connection does not leave the machine", "")
    return Check(
        "line",
        False,
        "this connection crosses the network in the clear",
        "Give the server a certificate, and leave sslmode to casedesk.",
    )

"""The command line's contract as tables, and a firm behind it: every answer is held against them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg

from casedesk.cli import main

Json = dict[str, Any]

PERSON = "handle name roles licensed languages present"
MATTER = "id ref type client a_number receipt_numbers status priority owners deadlines forms contact_rules"
FORM = "form party receipt_number status checked expires g28"
DOCUMENT = "document sha256 kind receipt_number matter dates confidence evidence duplicate duplicate_of decision tasks"
TASK = "id ref title matter kind status owner due internal_due agency_due priority rank_reason version"
ITEM = "id text required reserved state"
REVIEW = "id kind task matter version packet_sha256 points changed_pages owner due state"
POINT = "id text answer comment"
SIGN_OFF = "id packet_sha256 signer signed_at statement policy live"
SIGNATURE = "id form part person state"
PACKET = "packet sha256 pages documents ok"
FILING = "id packet state shipped_at delivered_at receipt_number"
MESSAGE = "id matter to channel language template state"

CONTRACT: dict[tuple[str, ...], str] = {
    ("demo",): "store persons matters tasks signing_passphrase",
    ("find",): "hits",
    ("doctor",): "checks",
    ("person", "list"): PERSON,
    ("matter", "list"): MATTER,
    ("matter", "show"): MATTER,
    ("document", "receive"): DOCUMENT,
    ("document", "list"): DOCUMENT,
    ("document", "show"): DOCUMENT,
    ("task", "list"): TASK,
    ("task", "show"): f"{TASK} checklist allowed",
    ("task", "ack"): TASK,
    ("task", "start"): TASK,
    ("task", "complete"): TASK,
    ("task", "tick"): ITEM,
    ("task", "waive"): ITEM,
    ("draft", "submit"): "draft version packet packet_sha256 review",
    ("review", "list"): REVIEW,
    ("review", "show"): REVIEW,
    ("review", "return"): REVIEW,
    ("review", "approve"): "id packet_sha256",
    ("signature", "list"): SIGNATURE,
    ("signature", "sent"): SIGNATURE,
    ("signature", "back"): SIGNATURE,
    ("packet", "assemble"): PACKET,
    ("packet", "verify"): PACKET,
    ("filing", "ship"): FILING,
    ("filing", "deliver"): FILING,
    ("filing", "receipt"): FILING,
    ("deadline", "list"): "",
    ("message", "list"): MESSAGE,
    ("message", "approve"): MESSAGE,
    ("message", "copy"): MESSAGE,
    ("message", "sent"): MESSAGE,
    ("audit", "list"): "seq stream at actor action subject hash",
    ("audit", "verify"): "ok streams entries seals first_bad",
    ("worker",): "fired late sent failed armed_next",
}
"""Noun and verb, and the keys that are always present."""

PARTS: dict[str, str] = {
    "persons": "handle name roles",
    "forms": FORM,
    "checklist": ITEM,
    "points": POINT,
    "hits": "kind ref line",
    "checks": "id ok detail fix",
}
"""The keys of what lies inside."""

PACKET_PARTS = {"documents": "document name sha256 ok"}
"""The same, for the noun `packet`."""

LISTS = {("document", "receive")}
"""An array although it is no `list`."""

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SHAPES: dict[str, re.Pattern[str]] = {
    "receipt_number": re.compile(r"[A-Z]{3}\d{10}"),
    "a_number": re.compile(r"A\d{9}"),
    "internal_due": re.compile(r"\d{4}-\d\d-\d\d"),
    "agency_due": re.compile(r"\d{4}-\d\d-\d\d"),
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "packet_sha256": re.compile(r"[0-9a-f]{64}"),
    "hash": re.compile(r"[0-9a-f]{64}"),
    "due": INSTANT,
    "at": INSTANT,
    "signed_at": INSTANT,
    "shipped_at": INSTANT,
    "delivered_at": INSTANT,
}
"""How a value of that name is written, unless it is null."""


class Broken(AssertionError):
    """The product did not do what its contract says; the message holds what was typed and what came back."""


@dataclass(frozen=True)
class Sql:
    """Statements of one transaction; the short cut is open when all of them are taken."""

    steps: tuple[tuple[str, tuple[object, ...]], ...]

    def then(self, statement: str, *values: object) -> Sql:
        return Sql((*self.steps, (statement, values)))


def sql(statement: str, *values: object) -> Sql:
    """One statement with its values."""
    return Sql(((statement, values),))


@dataclass(frozen=True)
class ShortCut:
    """One forbidden act: what the command line answered, and what the store answered to SQL."""

    name: str
    who: str
    typed: str
    status: int
    code: str
    sentence: str
    next: str
    sql: tuple[tuple[str, str], ...]
    """Statement and what the server said; an empty answer is a statement that went through."""

    def problems(self) -> Iterator[str]:
        if self.status != 1:
            yield f"{self.name}: `{self.typed}` as {self.who} ended with status {self.status}, not 1"
        if not self.sentence or not self.code:
            yield f"{self.name}: `{self.typed}` as {self.who} gave no sentence"
        for statement, answer in self.sql:
            if not answer:
                yield f"{self.name}: the store took this from {self.who}: {statement}"


def _here(words: list[str], env: dict[str, str], stdin: str) -> subprocess.CompletedProcess[str]:
    """One command line in this process, as one of its own would have been answered."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, env, clear=True),
        patch.object(sys, "stdin", io.StringIO(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = main(words)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


@dataclass
class Firm:
    """A firm behind the command line: `run` types a command as somebody and reads its JSON."""

    folder: Path
    env: dict[str, str]
    store: str = ""
    shared: bool = False
    passphrase: str = ""
    people: dict[str, Json] = field(default_factory=dict)
    short_cuts: list[ShortCut] = field(default_factory=list)
    record: list[tuple[str, str, str]] = field(default_factory=list)
    """Person, statement, what the server said: attempts at the record that no command offers."""
    typed: int = 0
    in_process: bool = False
    """Commands run in this process: the same words and streams, without starting the program each time."""

    def type(self, *words: str, who: str | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One command with `--json`, in a process of its own unless `in_process`."""
        options = ["--json", "--no-input"]
        if who is not None:
            options += ["--as", who]
        if self.store:
            options += ["--store", self.store]
        self.typed += 1
        if self.in_process:
            return _here([*words, *options], self.env, stdin)
        return subprocess.run(
            [sys.executable, "-m", "casedesk", *words, *options],
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def run(self, *words: str, who: str | None = None, stdin: str = "", status: int = 0) -> Any:
        """What the command answers, held against the contract. Raises Broken."""
        done = self.type(*words, who=who, stdin=stdin)
        shown = f"casedesk {' '.join(words)}  (as {who})"
        said = f"status {done.returncode}\nstdout: {done.stdout}\nstderr: {done.stderr}"
        if done.returncode != status:
            raise Broken(f"{shown}: expected status {status}, got {said}")
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            raise Broken(f"{shown}: stdout is not one JSON document; {said}") from None
        held(verb(words), answer, shown)
        return answer

    def forbidden(
        self,
        name: str,
        who: str,
        words: Sequence[str],
        *attempts: Sql,
        stdin: str = "",
    ) -> None:
        """Tries a short cut on the command line, then with SQL under that person's login; nothing is kept."""
        done = self.type(*words, who=who, stdin=stdin)
        shown = f"casedesk {' '.join(words)}"
        try:
            error = json.loads(done.stdout)["error"]
        except (ValueError, KeyError, TypeError):
            error = {}
        if len(done.stderr.strip().splitlines()) > 1:
            raise Broken(f"{shown}: one sentence on stderr, not {done.stderr!r}")
        if error:
            exact({"code", "message", "next"}, error, f"{shown}: error")
        tried = [(attempt.steps[-1][0], self.refused(who, attempt)) for attempt in attempts]
        self.short_cuts.append(
            ShortCut(
                name,
                who,
                shown,
                done.returncode,
                str(error.get("code") or ""),
                str(error.get("message") or ""),
                str(error.get("next") or ""),
                tuple(tried) if self.shared else (),
            )
        )

    def refused(self, who: str, attempt: Sql) -> str:
        """What the server says to that person's own SQL; empty when it was taken. Always rolled back."""
        if not self.shared:
            return "no login on a local store"
        with self.login(who) as session:
            try:
                with session.transaction(force_rollback=True):
                    for statement, values in attempt.steps:
                        if session.execute(statement.encode(), values).rowcount:
                            continue
                        if statement.startswith("UPDATE review_point"):
                            return "the policy leaves that person no such row to change"
                        raise Broken(f"as {who} this touches no row and proves nothing: {statement} {values}")
                    session.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    return ""
            except psycopg.Error as refusal:
                return str(refusal).strip() or "refused"

    def login(self, who: str) -> psycopg.Connection[tuple[Any, ...]]:
        """That person's own session, with the password of `pgpass`."""
        for line in (self.folder / "pgpass").read_text(encoding="utf-8").splitlines():
            host, port, database, login, password = line.split(":", 4)
            if login == who:
                return psycopg.connect(
                    host=host, port=int(port), dbname=database, user=login, password=password, autocommit=True
                )
        raise Broken(f"pgpass holds no login for {who}")

    def problems(self) -> Iterator[str]:
        """Every short cut that was open, or was refused without a sentence."""
        for short_cut in self.short_cuts:
            yield from short_cut.problems()
        for who, statement, answer in self.record:
            if not answer:
                yield f"the store took this from {who}: {statement}"

    def with_role(self, *roles: str, but: Sequence[str] = (), licensed: bool | None = None) -> str:
        """A present person with one of these roles."""
        for handle, person in sorted(self.people.items()):
            fits = set(roles) & set(person["roles"]) and handle not in but and person["present"]
            if fits and licensed in (None, person["licensed"]):
                return handle
        raise Broken(f"nobody has one of the roles {roles}")


def verb(words: Sequence[str]) -> tuple[str, ...]:
    """The command's name in the contract's table."""
    return tuple(words[:2]) if tuple(words[:2]) in CONTRACT else tuple(words[:1])


def exact(keys: set[str], row: object, where: str) -> None:
    """Raises Broken unless `row` is an object with at least these keys."""
    if not isinstance(row, dict):
        raise Broken(f"{where}: an object was promised, not {row!r}")
    if missing := keys - row.keys():
        raise Broken(f"{where}: the keys {sorted(missing)} are missing; there are {sorted(row)}")


def held(name: tuple[str, ...], answer: object, where: str) -> None:
    """Holds an answer against the contract: array or object, every key, every written form. Raises Broken."""
    many = name in LISTS or name[-1] == "list"
    if many != isinstance(answer, list):
        raise Broken(f"{where}: {'an array' if many else 'one object'} was promised, not {answer!r}")
    rows: list[Any] = answer if isinstance(answer, list) else [answer]
    for row in rows:
        exact(set(CONTRACT.get(name, "").split()), row, where)
        parts = PARTS | (PACKET_PARTS if name[0] == "packet" else {})
        for part, keys in parts.items():
            for inner in row.get(part) or ():
                if isinstance(row.get(part), list):
                    exact(set(keys.split()), inner, f"{where}: {part}")
        written(row, where)


def written(row: Any, where: str) -> None:
    """Every value of a known name is written as the contract says. Raises Broken."""
    if isinstance(row, list):
        for inner in row:
            written(inner, where)
    if not isinstance(row, dict):
        return
    for key, value in row.items():
        if key == "points" or key == "evidence":
            continue
        shape = SHAPES.get(key)
        if shape is not None and isinstance(value, str) and not shape.fullmatch(value):
            raise Broken(f"{where}: {key} is written {value!r}")
        written(value, where)


def only(rows: Sequence[Json], what: str) -> Json:
    """The one row there is. Raises Broken."""
    if len(rows) != 1:
        raise Broken(f"one {what} was expected, not {rows!r}")
    return rows[0]

"""The firm's own rules installed: proved first, then a numbered version that nobody changes afterwards.

A version is whole: it holds every file of the firm's own, and takes the place of the version before it. Tasks and
escalations already under way keep what they were opened with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from casedesk.desk import apply, rules, rules_force
from casedesk.desk.desk import prepared_by
from casedesk.desk.rules_files import client_messages, decoded, paper_names, refused
from casedesk.desk.turn import Turn, instant
from casedesk.refusal import Refusal
from casedesk.routing.errors import RuleError, nearest
from casedesk.routing.vocabulary import MATTER_TYPES, slug
from casedesk.store.unit_of_work import as_json

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.routing.library import Library

MOST_BYTES = 4_000_000
"""What all files of one version may have together."""

ACT = "Installing rules"


@dataclass(frozen=True)
class VersionView:
    """One version of the firm's own rules. `state`: in_force, scheduled, superseded; `effective_until` the first day of
    the version after it. `sha256` is of its files, `rule_set_sha256` of the whole set as decisions name it;
    `matter_type` is the one type it is tried on, `in_place` says that the rules that ship are left out."""

    number: int
    state: str
    effective_from: date
    effective_until: date | None
    matter_type: str | None
    in_place: bool
    files: tuple[str, ...]
    sha256: str
    rule_set_sha256: str
    installed_by: str
    installed_at: datetime


@dataclass(frozen=True)
class Proof:
    """Files that passed, and the newest version there was when they did."""

    texts: dict[str, str]
    newest: int


def versions(turn: Turn) -> tuple[VersionView, ...]:
    """Every version ever installed, the newest first; empty while what ships decides."""
    return tuple(_view(turn, row) for row in turn.installs)


def compose(
    turn: Turn, files: Mapping[str, bytes], *, in_place: bool = False
) -> tuple[Library, dict[str, str]]:
    """Files of the firm's own on top of what ships, and their texts under the names they are kept by.

    Raises `Refusal` for what does not load, a playbook, two files of one name, and too much.
    """
    texts: dict[str, str] = {}
    for given, data in files.items():
        name = PurePath(given).name
        if name in texts:
            raise Refusal("same_name", f"Two files are called {name}.", "Give one another name.")
        if not name.isprintable() or len(name) > 100 or not name.endswith((".toml", ".json")):
            raise Refusal(
                "bad_name", f"{name[:100]!r} is no name for a file of rules.", "End it in .toml or .json."
            )
        rules.canonical(name, data)
        texts[name] = decoded(name, data)
    if sum(len(t.encode()) for t in texts.values()) > MOST_BYTES:
        raise Refusal("too_large", f"The files have more than {MOST_BYTES:,} bytes.", "Leave some out.")
    try:
        return turn.house.compose(texts, in_place=in_place), texts
    except RuleError as error:
        raise refused(error) from error


def matter_type(name: str) -> str:
    """A type of matter by any of its spellings. Raises `Refusal` with the nearest."""
    kind = slug(name)
    if kind not in MATTER_TYPES:
        near = nearest(kind, MATTER_TYPES)
        raise Refusal(
            "unknown_matter_type",
            f"There is no matter type {name[:80]!r}.",
            f"Nearest known name: {near}." if near else f"One of {', '.join(sorted(MATTER_TYPES))}.",
        )
    return kind


def _proved(desk: Desk, /, files: Mapping[str, bytes], *, in_place: bool = False, **_: Any) -> Proof:
    return desk.read(_prove, files, in_place)


def _prove(turn: Turn, files: Mapping[str, bytes], in_place: bool) -> Proof:
    from casedesk.routing import cases as written
    from casedesk.routing.library import load_cases
    from casedesk.routing.lint import lint

    turn.require_manager(ACT)
    library, texts = compose(turn, files, in_place=in_place)
    if texts:
        found = lint(library, messages=client_messages(), papers=paper_names())
        _refuse_findings([rules.finding_view(f) for f in found])
        # What is wrong with the firm's people is not these rules' fault where it is wrong today as well.
        known = {(f.id, f.rule, f.message) for f in rules.among_the_people(turn, turn.house.library)}
        _refuse_findings(
            [f for f in rules.among_the_people(turn, library) if (f.id, f.rule, f.message) not in known]
        )
        for outcome in written.run_cases(library, load_cases(texts)):
            if not outcome.ok:
                raise Refusal(
                    "case_failed",
                    f"Case {outcome.title!r} does not come as written: {outcome.missing[0]}",
                    "Put the rule or the case right; `casedesk rules test` runs them.",
                )
    return Proof(texts, _newest(turn))


def _refuse_findings(found: list[rules.FindingView]) -> None:
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise Refusal(
            "rules_not_sound",
            f"{found[0].id}, {found[0].rule}: {found[0].message}{more}",
            "`casedesk rules lint` shows every finding with its witness; nothing was installed.",
        )


@prepared_by(_proved)
def install(
    turn: Turn,
    files: Mapping[str, bytes],
    *,
    first_day: date | None = None,
    pilot: str | None = None,
    in_place: bool = False,
    ready: Proof,
) -> VersionView:
    """Put files (contents by name) in force from `first_day` on, today where none is named; no file goes back to what
    ships. `pilot` names the one type of matter they decide for, `in_place` leaves out the rules that ship.

    Managers only. Raises `NotAllowed`, and `Refusal` for what does not load or has a finding, a case that does not
    come as written, a day that is past, an unknown type, the very version that is in force, and when somebody else
    installed meanwhile.
    """
    turn.require_manager(ACT)
    kind = None if pilot is None else matter_type(pilot)
    begins = first_day or turn.today
    if begins < turn.today:
        raise Refusal("past_day", f"{begins} is past.", "Rules begin today or later.")
    if _newest(turn) != ready.newest:
        raise Refusal("rules_changed", "Somebody else installed rules meanwhile.", "Look, and repeat.")
    body = as_json(ready.texts)
    digest = hashlib.sha256(body.encode()).hexdigest()
    library = turn.house.compose(ready.texts, in_place=in_place)
    _refuse_same(turn, digest, kind, begins, in_place)
    number = ready.newest + 1
    apply.keep_rules(turn, library.rules.sha256)
    turn.uow.insert(
        "rule_install",
        id=turn.uow.new_id(),
        number=number,
        sha256=digest,
        rule_set_sha256=library.rules.sha256,
        body=body,
        effective_from=begins.isoformat(),
        matter_type=kind,
        in_place=int(in_place),
        installed_by=turn.actor.id,
        installed_us=turn.now_us,
    )
    turn.uow.audit(
        "rules.installed",
        f"version {number}",
        files=sorted(ready.texts),
        sha256=digest,
        rule_set_sha256=library.rules.sha256,
        effective_from=begins.isoformat(),
        matter_type=kind,
        in_place=in_place,
    )
    del turn.installs
    return _view(turn, turn.installs[0])


def _refuse_same(turn: Turn, digest: str, kind: str | None, begins: date, in_place: bool) -> None:
    for version in turn.installs:
        same = (version.sha256, version.matter_type, bool(version.in_place)) == (digest, kind, in_place)
        if (
            same
            and rules_force.state(turn, version) != "superseded"
            and version.effective_from <= begins.isoformat()
        ):
            raise Refusal(
                "already_installed",
                f"Version {version.number} is these very rules, from {version.effective_from}.",
                "See `casedesk rules versions`.",
            )


def _newest(turn: Turn) -> int:
    return int(turn.installs[0].number) if turn.installs else 0


def _view(turn: Turn, row: Any) -> VersionView:
    until = rules_force.until(turn, row)
    return VersionView(
        number=row.number,
        state=rules_force.state(turn, row),
        effective_from=date.fromisoformat(row.effective_from),
        effective_until=None if until is None else date.fromisoformat(until),
        matter_type=row.matter_type,
        in_place=bool(row.in_place),
        files=tuple(sorted(rules_force.own_texts(turn, row))),
        sha256=row.sha256,
        rule_set_sha256=row.rule_set_sha256,
        installed_by=turn.handle(row.installed_by),
        installed_at=instant(row.installed_us),
    )

"""A matter as one file: what is known of it, its trail, its papers, and an index with the hash of each.

The firm's own file holds everything of the matter but what is kept from it (a hidden link, and whatever names that
other matter). A party's copy holds what is theirs or everybody's: no notes, no strategy, no work of ours, no trail, no
rule of contact, nothing that another party said or gave for themselves alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from casedesk.desk import family, trail_export, vault
from casedesk.desk.turn import Matter, Turn, instant, opaque
from casedesk.documents.archive import File, csv_bytes, safe_name, zipped
from casedesk.refusal import Refusal
from casedesk.security.text import safe_json

FORMAT = "casedesk.matter.1"
SENT = "sent"

_ONE = ("matter",)
_EVERYBODYS = ("forms", "deadlines", "appointments", "notices", "filings")
"""In a party's copy as far as they are that party's, or nobody's in particular."""
_TOLD = ("messages", "consents")
"""In a party's copy as far as they went to that party, or came from it."""
_OURS = (
    *("owners", "links", "contact_rules", "notes", "strategy_notes", "calls", "tasks", "task_items"),
    *("reviews", "review_points", "sign_offs", "originals", "appointment_acts", "status_checks", "handovers"),
)
"""The firm's own: in nobody's copy."""
_LISTS = ("circumstances", "printed_due", "requested_items", "steps", "printed", "moved")
_PEOPLE = ("person_id", "author_id", "owner_id", "signer_id", "by_id", "from_id", "to_id")


@dataclass
class MatterFile:
    """The finished archive. `left_out` is for whoever hands it out, and stands nowhere in it; `end` is how far the
    matter's trail went when it was made."""

    matter_id: int
    ref: str
    party_id: int | None
    data: bytes
    papers: int
    end: int
    left_out: tuple[str, ...] = ()


@dataclass
class _Making:
    turn: Turn
    row: Matter
    party_id: int | None
    kept: frozenset[str]
    left_out: list[str] = field(default_factory=list)


def build(turn: Turn, row: Matter, party_id: int | None) -> MatterFile:
    """Put a matter's file together, for the firm or, with `party_id`, as that party's copy. It only reads.

    Raises `Refusal` when bytes of the vault are not those that were put there.
    """
    making = _Making(turn, row, party_id, family.kept_from(turn, row.id))
    end = end_of_trail(turn, row.id)
    papers = _papers(making)
    files = [_json(f"{row.ref}/matter.json", _facts(making)), *(file for file, _ in papers)]
    if party_id is None:
        files += _trail(making)
    index = _index(making, files, papers)
    zone = ZoneInfo(turn.office.zone)
    return MatterFile(
        row.id,
        row.ref,
        party_id,
        zipped([*index, *files], turn.now.astimezone(zone)),
        len(papers),
        end,
        tuple(making.left_out),
    )


def end_of_trail(turn: Turn, matter_id: int) -> int:
    """The number of the newest entry of a matter's trail."""
    return int(turn.uow.scalar("export.end_of", stream=f"matter:{matter_id}") or 0)


# --- within


def _facts(making: _Making) -> dict[str, Any]:
    mine = making.party_id
    facts: dict[str, Any] = {"format": FORMAT}
    facts |= {name: _rows(making, name)[0] for name in _ONE}
    if mine is not None:
        # Whose illness or record it is, the matter does not say: it stands in no party's copy.
        del facts["matter"]["circumstances"]
    facts["parties"] = [_party(making, party) for party in _all(making, "parties")]
    for name in _EVERYBODYS:
        facts[name] = _rows(making, name, None if mine is None else lambda r: _theirs_or_nobodys(r, mine))
    for name in _TOLD:
        facts[name] = _rows(making, name, None if mine is None else lambda r: _went_to(r, mine))
    if mine is None:
        facts |= {name: _rows(making, name) for name in _OURS}
    return facts


def _all(making: _Making, name: str) -> Iterable[Any]:
    return making.turn.uow.all(f"export.{name}", matter_id=making.row.id)


def _rows(making: _Making, name: str, keep: Callable[[Any], bool] | None = None) -> list[dict[str, Any]]:
    """The rows of one part. One whose words name a matter kept from this one stays out, and whoever exports hears it."""
    shown = [_shown(making.turn, row) for row in _all(making, name) if keep is None or keep(row)]
    told = [row for row in shown if not family.names_any(safe_json(row), making.kept)]
    if len(told) < len(shown):
        what = name.replace("_", " ")
        making.left_out.append(
            f"{len(shown) - len(told)} of the {what}: they name a matter kept from this one"
        )
    return told


def _party(making: _Making, row: Any) -> dict[str, Any]:
    """A party whole in the firm's file and in their own copy; in anybody else's by name and part in it only."""
    shown = _shown(making.turn, row)
    if making.party_id in (None, row.party_id):
        return shown
    return {key: shown[key] for key in ("role", "name")}


def _theirs_or_nobodys(row: Any, party_id: int) -> bool:
    return row.party_id in (None, party_id) and getattr(row, "confidential_to", None) in (None, party_id)


def _went_to(row: Any, party_id: int) -> bool:
    return bool(row.party_id == party_id and getattr(row, "state", SENT) == SENT)


def _shown(turn: Turn, row: Any) -> dict[str, Any]:
    """A row in JSON's own terms: persons by handle, instants in UTC, no ids of the store."""
    shown: dict[str, Any] = {}
    for name, value in row._mapping.items():
        if name in ("party_id", "id") or (name == "confidential_to" and isinstance(value, int)):
            continue
        if name.endswith("_us"):
            when = None if value is None else instant(value)
            shown[name.removesuffix("_us")] = (
                None if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")
            )
        elif name in _PEOPLE or name.endswith("_by"):
            shown[name.removesuffix("_id")] = turn.handle(value) or None
        else:
            shown[name] = json.loads(value) if name in _LISTS else value
    return shown


def _papers(making: _Making) -> list[tuple[File, Any]]:
    turn, mine = making.turn, making.party_id
    mixed: set[int] = set()
    if mine is not None:
        others = turn.uow.all("export.of_others", matter_id=making.row.id, party_id=mine)
        mixed = {row.id for row in others}
    found: list[tuple[File, Any]] = []
    for row in _all(making, "papers"):
        if mine is not None and not (_theirs_or_nobodys(row, mine) and row.origin != "draft"):
            continue
        if row.id in mixed:
            making.left_out.append(f"{row.ref}: a paper in it is another party's own")
            continue
        if family.names_any(row.name, making.kept):
            making.left_out.append(f"{row.ref}: its name names a matter kept from this one")
            continue
        try:
            data = vault.get(turn, row.id, row.version)
        except Refusal as refusal:
            if refusal.code != "erased":
                raise
            making.left_out.append(refusal.message.rstrip("."))
            continue
        if hashlib.sha256(data).hexdigest() != row.sha256:
            raise Refusal(
                "bytes_changed",
                f"The bytes of {row.ref} are not those that were received.",
                "Tell the manager.",
            )
        name = f"{row.ref}-v{row.version} {safe_name(row.name)}"
        found.append((File(f"{making.row.ref}/papers/{safe_name(name)}", data), row))
    return found


def _trail(making: _Making) -> list[File]:
    """The whole trail or none of it: with an entry taken out it would prove nothing."""
    trail = trail_export.export(making.turn, making.row.ref)
    if family.names_any(safe_json(trail), making.kept):
        making.left_out.append(
            "the trail: it named a matter before that was kept from this one; the firm's own is `casedesk audit export`"
        )
        return []
    return [_json(f"{making.row.ref}/trail.json", trail)]


def _index(making: _Making, files: list[File], papers: list[tuple[File, Any]]) -> list[File]:
    turn = making.turn
    of_path = {file.path: row for file, row in papers}
    lines: list[dict[str, Any]] = []
    for file in files:
        row = of_path.get(file.path)
        lines.append(
            {
                "file": file.path.partition("/")[2],
                "document": None if row is None else row.ref,
                "version": None if row is None else row.version,
                "kind": None if row is None else row.kind,
                "name": None if row is None else row.name,
                "bytes": len(file.data),
                "sha256": hashlib.sha256(file.data).hexdigest(),
            }
        )
    said: dict[str, Any] = {"format": FORMAT, "matter": making.row.ref, "exported_on": turn.today.isoformat()}
    if making.party_id is None:
        said |= {
            "store": turn.uow.store_id,
            "matter_id": opaque(making.row.id),
            "exported_by": turn.actor.handle,
        }
    heads = ("file", "document", "version", "kind", "name", "bytes", "sha256")
    table = csv_bytes(heads, [["" if line[head] is None else line[head] for head in heads] for line in lines])
    return [
        _json(f"{making.row.ref}/index.json", {**said, "files": lines}),
        File(f"{making.row.ref}/index.csv", table),
    ]


def _json(path: str, value: Any) -> File:
    return File(path, safe_json(value, indent=1).encode("ascii") + b"\n")

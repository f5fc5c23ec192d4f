"""What a guard is, and the conditions several of them share."""

from __future__ import annotations

from dataclasses import dataclass

CHUNK = 1 << 20
"""How many bytes a row of `blob_chunk` holds, the last one of a paper excepted."""

LICENSED = (
    "EXISTS (SELECT 1 FROM licence l JOIN person p ON p.id = l.person_id WHERE l.person_id = {who} AND l.active = 1"
    " AND p.active = 1 AND l.kind IN ('attorney', 'accredited_representative')"
    " AND (l.expires IS NULL OR l.expires >= {day}))"
)
MANAGER = (
    "EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = {who}"
    " AND r.role IN ('operations_manager', 'managing_partner'))"
)


def licensed(who: str, at_us: str) -> str:
    """True when `who` holds a live signing licence on the day of `at_us`."""
    return LICENSED.format(who=who, day="{day:" + at_us + "}")


@dataclass(frozen=True)
class Guard:
    """Refuses `when` holds, before `event` on `table`, with `code` and `sentence`."""

    table: str
    event: str
    code: str
    sentence: str
    when: str


POLICY = "(SELECT f.policy FROM firm_policy f ORDER BY f.seq DESC LIMIT 1)"
"""The review policy in force."""

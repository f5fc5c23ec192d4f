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


COURT = (
    "EXISTS (SELECT 1 FROM matter cm WHERE cm.id = {matter} AND (cm.type = 'removal_defense'"
    " OR EXISTS (SELECT 1 FROM form cf WHERE cf.matter_id = cm.id AND substr(cf.form, 1, 5) = 'EOIR-')"
    " OR EXISTS (SELECT 1 FROM notice cn WHERE cn.matter_id = cm.id"
    " AND cn.kind IN ('hearing', 'ij_decision', 'bia_decision'))))"
)
"""A matter before the Executive Office for Immigration Review: removal, one of its forms, or a notice of its courts."""


def licensed_for(who: str, at_us: str, matter: str) -> str:
    """`licensed`, and within scope: partial accreditation is before DHS alone (8 CFR 1003.0(f)(3), 1292.1(a)(4))."""
    within = f" AND (l.kind = 'attorney' OR l.scope = 'full' OR NOT {COURT.format(matter=matter)})"
    return f"{licensed(who, at_us)[:-1]}{within})"


ERASED = "EXISTS (SELECT 1 FROM erasure er WHERE er.matter_id = {matter} AND er.done_us IS NOT NULL)"
"""A matter whose papers and words were erased."""


@dataclass(frozen=True)
class Guard:
    """Refuses `when` holds, before `event` on `table`, with `code` and `sentence`."""

    table: str
    event: str
    code: str
    sentence: str
    when: str


@dataclass(frozen=True)
class Consequence:
    """What the store itself writes after `event` on `table` where `when` holds: the statements `sql`, as trigger `name`."""

    table: str
    event: str
    name: str
    when: str
    sql: str


POLICY = "(SELECT f.policy FROM firm_policy f ORDER BY f.seq DESC LIMIT 1)"
"""The review policy in force."""

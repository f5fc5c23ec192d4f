"""The five figures once more, the slow way: every row and every entry of the trail read whole, and counted by hand.

Nothing of `casedesk.reports` is used here, and none of its SQL.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from sqlalchemy import Connection, text

from casedesk.desk.desk import Desk

TABLES = (
    "task",
    "matter",
    "person",
    "absence",
    "deadline",
    "matter_owner",
    "office",
    "closure",
)
GIVES = {"task.handed_off", "task.reassigned", "task.delegated"}
MOVES = {"task.escalated", "task.assigned", "task.covered", "task.returned"}

Value = tuple[float | None, int]
Told = dict[str, Value]


def at(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


@dataclass
class Slow:
    """One reader's store, read whole. `figures` are the firm's, `of_person` those of one handle ("" for nobody)."""

    rows: dict[str, list[dict[str, Any]]]
    trail: list[dict[str, Any]]
    now: datetime

    def __post_init__(self) -> None:
        office = sorted(self.rows["office"], key=lambda row: (row["name"], row["id"]))[0]
        self.zone = ZoneInfo(office["zone"])
        self.week = json.loads(office["hours"])
        self.handle = {row["id"]: row["handle"] for row in self.rows["person"]}
        self.today = self.now.astimezone(self.zone).date()
        self.federal = holidays.country_holidays("US", years=range(2020, 2032), categories=("public",))
        self.of: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for entry in self.trail:
            self.of[entry["subject"]].append(entry)

    # -- the five, each as (whose, what) --------------------------------------------------------------------------

    def seen(self, since: date, until: date) -> dict[str, list[tuple[str, float]]]:
        return {
            "acknowledgement_rate": self._acknowledged(since, until),
            "median_review_hours": self._reviewed(since, until),
            "missed_deadlines": self._missed(since, until),
            "reassignment_rate": self._reassigned(since, until),
            "client_latency_hours": self._told(since, until),
        }

    def figures(self, since: date, until: date) -> Told:
        return {name: reckon(name, [v for _, v in seen]) for name, seen in self.seen(since, until).items()}

    def of_person(self, since: date, until: date) -> dict[str, Told]:
        seen = self.seen(since, until)
        people = {who for found in seen.values() for who, _ in found}
        return {
            who or "nobody": {
                name: reckon(name, [v for whose, v in found if whose == who]) for name, found in seen.items()
            }
            for who in people
        }

    def _inside(self, moment: datetime, since: date, until: date) -> bool:
        return since <= moment.astimezone(self.zone).date() <= until

    def _acknowledged(self, since: date, until: date) -> list[tuple[str, float]]:
        out = []
        for task in self.rows["task"]:
            by_us = task["acknowledge_by_us"]
            if by_us is None or at(by_us) > self.now or not self._inside(at(by_us), since, until):
                continue
            entries = self.of[task["ref"]]
            if not any(e["action"] == "task.opened" for e in entries):
                continue
            undone = [n for n, e in enumerate(entries) if self._undid(e) == "ack" or self._unseen(e)]
            valid = entries[undone[-1] + 1 :] if undone else entries
            acks = [e for e in valid if e["action"] in ("task.acknowledged", "task.done")]
            if acks and acks[0]["at_us"] <= by_us:
                out.append((acks[0]["actor"], 1.0))
            elif acks or task["state"] != "cancelled":
                out.append((self._stood_in(self._owner(entries, by_us), at(by_us)), 0.0))
        return out

    @staticmethod
    def _undid(entry: dict[str, Any]) -> str:
        return json.loads(entry["payload"])["gesture"] if entry["action"] == "task.undone" else ""

    @staticmethod
    def _unseen(entry: dict[str, Any]) -> bool:
        """Undone with it is the acknowledgement that starting, waiting or finishing was."""
        return entry["action"] == "task.undone" and "unacknowledged" in json.loads(entry["payload"])

    def _owner(self, entries: list[dict[str, Any]], until_us: int) -> str:
        """Whose a task was: played through from its opening."""
        owner = ""
        gave: dict[str, list[str]] = defaultdict(list)
        for entry in (e for e in entries if e["at_us"] <= until_us):
            said = json.loads(entry["payload"])
            if entry["action"] == "task.opened":
                owner = said["owner"]
            elif self._undid(entry) == "give":
                owner = gave[entry["actor"]].pop()
            elif entry["action"] in MOVES | GIVES:
                if entry["action"] in GIVES:
                    gave[entry["actor"]].append(owner)
                owner = said.get("to") or said["owner"]
        return owner

    def _stood_in(self, handle: str, moment: datetime) -> str:
        day = moment.astimezone(self.zone).date().isoformat()
        for absence in self.rows["absence"]:
            theirs = absence["cancelled_us"] is None and self.handle[absence["person_id"]] == handle
            if theirs and absence["first_day"] <= day <= absence["last_day"]:
                return "" if absence["cover_id"] is None else str(self.handle[absence["cover_id"]])
        return handle

    def _reviewed(self, since: date, until: date) -> list[tuple[str, float]]:
        handed_in: dict[str, int] = {}
        kinds: dict[str, tuple[str, str]] = {}
        out = []
        for entry in sorted(self.trail, key=lambda e: (e["stream"], e["seq"])):
            said = json.loads(entry["payload"])
            if entry["action"] == "draft.submitted":
                handed_in[said["sha256"]] = entry["at_us"]
            elif entry["action"] == "review.opened":
                kinds[entry["subject"]] = said["kind"], said["sha256"]
            elif entry["action"] == "review.approved":
                kind, sha256 = kinds[entry["subject"]]
                decided = at(entry["at_us"])
                if kind == "content" and self._inside(decided, since, until):
                    out.append((entry["actor"], self.office_hours(at(handed_in[sha256]), decided)))
        return out

    def _missed(self, since: date, until: date) -> list[tuple[str, float]]:
        lead = {
            row["matter_id"]: self.handle[row["person_id"]]
            for row in self.rows["matter_owner"]
            if row["kind"] == "lead_attorney"
        }
        out = []
        for row in self.rows["deadline"]:
            due = date.fromisoformat(row["agency_due"])
            left_out = row["state"] == "superseded" or row["arrived_late"] or row["tickler"]
            if left_out or not since <= due <= until or due >= self.today:
                continue
            kept = row["state"] == "met" and date.fromisoformat(row["met_on"]) <= due
            out.append((lead.get(row["matter_id"], ""), 0.0 if kept else 1.0))
        return out

    def _reassigned(self, since: date, until: date) -> list[tuple[str, float]]:
        out = []
        for entries in self.of.values():
            opened = next((e for e in entries if e["action"] == "task.opened"), None)
            if opened is None or not self._inside(at(opened["at_us"]), since, until):
                continue
            moved = any(entry["action"] in ("task.escalated", "task.assigned") for entry in entries)
            gave: dict[str, list[str]] = defaultdict(list)
            for entry in entries:
                if entry["action"] in GIVES:
                    gave[entry["actor"]].append(entry["action"])
                elif self._undid(entry) == "give":
                    gave[entry["actor"]].pop()
            moved |= any(action != "task.delegated" for actions in gave.values() for action in actions)
            out.append((json.loads(opened["payload"])["owner"], float(moved)))
        return out

    def _told(self, since: date, until: date) -> list[tuple[str, float]]:
        began = {e["subject"]: e["at_us"] for e in self.trail if e["action"] == "message.prepared"}
        return [
            (e["actor"], (e["at_us"] - began[e["subject"]]) / 3_600_000_000)
            for e in self.trail
            if e["action"] == "message.sent" and self._inside(at(e["at_us"]), since, until)
        ]

    # -- the office's hours, day by day ---------------------------------------------------------------------------

    def office_hours(self, since: datetime, until: datetime) -> float:
        total = timedelta()
        day = since.astimezone(self.zone).date()
        while day <= until.astimezone(self.zone).date():
            if str(day.weekday()) in self.week and day not in self.federal and not self._shut(day):
                opens, closes = (time.fromisoformat(t) for t in self.week[str(day.weekday())])
                begins = datetime.combine(day, opens, self.zone).astimezone(UTC)
                ends = datetime.combine(day, closes, self.zone).astimezone(UTC)
                total += max(timedelta(), min(ends, until) - max(begins, since))
            day += timedelta(days=1)
        return total.total_seconds() / 3600

    def _shut(self, day: date) -> bool:
        return any(
            row["cancelled_us"] is None and row["first_day"] <= day.isoformat() <= row["last_day"]
            for row in self.rows["closure"]
        )


def reckon(name: str, values: list[float]) -> Value:
    """What a figure's observations come to."""
    n = len(values)
    if n == 0:
        return None, 0
    if name == "missed_deadlines":
        return sum(values), n
    if name.endswith("_rate"):
        return round(sum(values) / n, 4), n
    ordered = sorted(values)
    return round((ordered[(n - 1) // 2] + ordered[n // 2]) / 2, 2), n


def read(desk: Desk) -> Slow:
    """Everything this desk's person may read, table by table."""
    with desk.store.engine.connect() as conn:
        rows = {table: _all(conn, f"SELECT * FROM {table}") for table in TABLES}
        trail = _all(conn, "SELECT * FROM audit ORDER BY stream, seq")
    return Slow(rows, trail, desk.now())


def _all(conn: Connection, sql: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(text(sql))]

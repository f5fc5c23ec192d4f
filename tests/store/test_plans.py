"""What is asked in the course of work goes by an index, whatever the firm has done so far.

Every statement a Request for Evidence asks from its opening to its receipt is explained by SQLite; none goes through a
whole table that grows with the work.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from casedesk.desk import matters, tasks
from tests.support.clock import ManualClock
from tests.support.firm import local_firm
from tests.support.rfe import run_rfe

GROWING = frozenset(
    {
        *(
            "task",
            "task_item",
            "matter",
            "matter_owner",
            "party",
            "client",
            "form",
            "playbook_run",
            "deadline",
        ),
        *("document", "document_version", "blob_chunk", "notice", "event", "decision", "audit", "audit_head"),
        *("timer", "outbox", "delivery", "message", "review", "review_point", "packet", "manifest", "filing"),
        *("name_key", "appointment", "signature_slot", "sign_off", "conflict_check", "conflict_hit", "draft"),
    }
)
_TABLE = re.compile(
    r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?!ON\b|WHERE\b|SET\b|LEFT\b|JOIN\b)(?:AS\s+)?(\w+))?"
)
_SCAN = re.compile(r"SCAN (\w+)$")
"""A walk along an index in its order is none: it ends with the page."""


def test_no_step_of_an_rfe_goes_through_a_whole_table(tmp_path: Path) -> None:
    firm = local_firm(tmp_path / "desk" / "firm.db", ManualClock())
    asked: dict[str, Any] = {}

    def hear(_conn: Any, _cursor: Any, words: str, values: Any, _context: Any, many: bool) -> None:
        if not many and words.lstrip().startswith(("SELECT", "UPDATE", "WITH")):
            asked.setdefault(words, values)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        rfe = run_rfe(firm, until="receipted")
        for handle in ("mduarte", "aokafor", "inovak"):
            desk = firm.desk(handle)
            desk.read(tasks.queue)
            desk.read(tasks.counts)
            desk.read(matters.show, rfe.matter)
        firm.desk("inovak").sweep()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    walks = []
    with firm.desk("mduarte").store.engine.connect() as conn:
        for words, values in asked.items():
            names = {alias or table: table for table, alias in _TABLE.findall(words)}
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values):
                found = _SCAN.search(row[3])
                if found and names.get(found[1], found[1]) in GROWING:
                    walks.append((row[3], " ".join(words.split())[:160]))
    firm.close()
    assert len(asked) > 100
    assert "\n".join(f"{a} | {b}" for a, b in walks) == ""

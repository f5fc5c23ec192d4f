"""A matter whose forms wait for notices, and the notices: one each, all of the same shape."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from casedesk.desk import matters
from casedesk.security.paper_key import open_chunk
from tests.faults.conftest import Outside
from tests.support.notices import make_rfe

ALWAYS_GROW = (
    *("document", "document_version", "blob_chunk", "notice", "deadline", "event", "decision"),
    *("playbook_run", "task", "task_item", "timer", "outbox", "message", "audit"),
)
"""What one notice of a known form adds rows to; all of them, or none."""


@dataclass(frozen=True)
class Paper:
    """A notice on disk."""

    path: Path
    sha256: str
    receipt: str


def notices(outside: Outside, count: int) -> list[Paper]:
    """Opens a matter with `count` pending forms and writes a Request for Evidence on each."""
    desk = outside.firm.desk("mduarte")
    opened = desk.write(
        matters.open_matter,
        "adjustment_of_status",
        "Ibarra, Rosa",
        language="es",
        paralegal="mduarte",
        attorney="aokafor",
    )
    made = []
    for n in range(count):
        receipt = f"IOE09{n:08d}"
        desk.write(matters.form_add, opened.ref, "I-485", receipt_number=receipt)
        path = outside.folder / f"notice-{n}.pdf"
        path.write_bytes(make_rfe(receipt=receipt))
        made.append(Paper(path, hashlib.sha256(path.read_bytes()).hexdigest(), receipt))
    return made


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """How many rows each table gained, without those that stayed and those that only the first notice brings."""
    return {
        table: after[table] - before[table]
        for table in after
        if after[table] != before[table] and table not in ("playbook_version", "rule_set", "open_work")
    }


def problems(outside: Outside, paper: Paper) -> list[str]:
    """What is wrong with the record of one notice; an empty list for a whole one, and for none at all."""
    documents = outside.rows(
        f"SELECT id, ref FROM document WHERE sha256 = '{paper.sha256}' AND origin = 'received'"
    )
    entries = [
        subject
        for subject, payload in outside.rows(
            "SELECT subject, payload FROM audit WHERE action = 'document.received'"
        )
        if json.loads(payload)["sha256"] == paper.sha256
    ]
    found = []
    if len(documents) > 1:
        found.append(f"{len(documents)} documents")
    if entries != [ref for _, ref in documents]:
        found.append(f"documents {documents}, audit entries {entries}")
    for document_id, ref in documents:
        chunks = outside.rows(
            "SELECT c.seq, c.data, k.data_key, v.version FROM blob_chunk c JOIN document_version v ON v.id = c.version_id"
            f" JOIN document_key k ON k.version_id = v.id WHERE v.document_id = {document_id} ORDER BY c.seq"
        )
        store = str(outside.rows("SELECT value FROM engine_meta WHERE key = 'store_id'")[0][0])
        clear = [
            open_chunk(
                bytes(key), bytes(data), store=store, document=int(document_id), version=version, seq=seq
            )
            for seq, data, key, version in chunks
        ]
        if hashlib.sha256(b"".join(part or b"" for part in clear)).hexdigest() != paper.sha256:
            found.append(f"the bytes of {ref} are not those of the file")
        found += _follow(outside, int(document_id))
    return found


def _follow(outside: Outside, document_id: int) -> list[str]:
    """What the rules answer a notice with hangs together: notice, deadline, run, tasks, timers, their entries."""
    one_each = {
        "notice": f"notice WHERE document_id = {document_id}",
        "deadline": f"deadline l JOIN notice n ON n.id = l.notice_id WHERE n.document_id = {document_id}",
        "run": f"playbook_run WHERE document_id = {document_id}",
        "deadline entry": "audit a JOIN deadline l ON a.subject = l.ref JOIN notice n ON n.id = l.notice_id"
        f" WHERE a.action = 'deadline.added' AND n.document_id = {document_id}",
    }
    found = [
        f"{what}: {n}"
        for what, source in one_each.items()
        if (n := outside.rows(f"SELECT count(*) FROM {source}")[0][0]) != 1
    ]
    tasks = outside.rows(
        "SELECT t.ref, (SELECT count(*) FROM timer x WHERE x.task_id = t.id),"
        " (SELECT count(*) FROM audit a WHERE a.action = 'task.opened' AND a.subject = t.ref)"
        f" FROM task t JOIN playbook_run r ON r.id = t.run_id WHERE r.document_id = {document_id}"
    )
    if not tasks:
        found.append("no task")
    return found + [f"{ref}: {n} timers, {m} entries" for ref, n, m in tasks if n == 0 or m != 1]

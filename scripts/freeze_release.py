"""Keep a released schema for the tests: what stood in a store that its own program made.

Run by the program that is released, before the next schema is begun, from its checkout:

    PYTHONPATH=. uv run python scripts/freeze_release.py 0001 tests/store/released

writes `0001.json.xz`: the rows of a firm with one Request for Evidence from opening to receipt and a row in every
table, as the columns then were, and the guards, functions and policies of that program for both stores. A later
program makes such a store again from these and the frozen tables, and migrates it. What that program says to its
stores is kept by `scripts/record_statements.py`.
"""

from __future__ import annotations

import base64
import json
import lzma
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.keeping import seal
from tests.support.rfe import prepared, run_rfe

from casedesk.desk import (
    conflicts,
    consents,
    deadlines,
    exporting,
    matters,
    messages,
    notes,
    papers,
    people,
    retention,
    supervision,
    tasks,
    training,
)
from casedesk.store import guards, migrate

BY_HAND: dict[str, list[dict[str, Any]]] = {
    "team": [{"id": 1, "name": "Family team"}],
    "team_member": [{"team_id": 1, "person_id": "{bcole}"}],
    "matter_member": [{"matter_id": "{matter}", "person_id": "{mduarte}"}],
    "appointment": [
        {
            "id": 2,
            "ref": "AP-1",
            "matter_id": "{matter}",
            "kind": "biometrics",
            "at_us": 1796000000000000,
            "zone": "America/New_York",
        }
    ],
    "original_held": [
        {"id": 3, "matter_id": "{matter}", "what": "passport", "kept_at": "safe", "held_us": 1794000000000000}
    ],
    "review_look": [
        {
            "packet_id": "{packet}",
            "person_id": "{aokafor}",
            "manifest_sha256": "00",
            "at_us": 1794000000000000,
        }
    ],
    "seen": [{"person_id": "{mduarte}", "at_us": 1794000000000000}],
    "wall": [
        {
            "id": 4,
            "ref": "W-1",
            "matter_id": "{matter}",
            "reason": "a former client of a partner",
            "opened_us": 1794000000000000,
            "opened_by": "{aokafor}",
            "closed_us": 1794100000000000,
            "closed_by": "{aokafor}",
            "closed_reason": "the partner left",
        }
    ],
    "closure": [
        {
            "id": 5,
            "ref": "CL-1",
            "first_day": "2026-12-24",
            "last_day": "2026-12-24",
            "reason": "the office moves",
            "created_by": "{inovak}",
            "created_us": 1794000000000000,
        }
    ],
    "handover": [
        {
            "id": 6,
            "absence_id": "{absence}",
            "task_id": "{task}",
            "matter_id": "{matter}",
            "from_id": "{bcole}",
            "to_id": "{mduarte}",
            "by_id": "{inovak}",
            "at_us": 1794000000000000,
        }
    ],
    "status_check": [
        {
            "id": 7,
            "form_id": "{form}",
            "matter_id": "{matter}",
            "on_day": "2026-11-20",
            "by_id": "{mduarte}",
            "at_us": 1794000000000000,
        }
    ],
    "visa_bulletin": [
        {
            "id": 8,
            "month": "2026-12",
            "chart": "filing",
            "category": "F2A",
            "chargeability": "mexico",
            "cutoff": "2024-06-01",
            "entered_by": "{inovak}",
            "entered_us": 1794000000000000,
        }
    ],
    "preference": [{"person_id": "{mduarte}"}],
    "webhook": [
        {
            "id": 9,
            "ref": "H-1",
            "url": "https://hooks.example.org/desk",
            "created_by": "{inovak}",
            "created_us": 1794000000000000,
        }
    ],
    "delivery": [
        {
            "id": 10,
            "key": "mail:1",
            "channel": "email",
            "person_id": "{mduarte}",
            "about": "assigned",
            "due_us": 1794000000000000,
            "created_us": 1794000000000000,
        }
    ],
    "invitation": [
        {
            "id": 11,
            "uid": "a@casedesk",
            "person_id": "{aokafor}",
            "matter_id": "{matter}",
            "method": "REQUEST",
            "begins": "2026-12-02T09:00",
            "at_us": 1794000000000000,
        }
    ],
    "worker_gap": [{"id": 12, "worker": "desk", "from_us": 1794000000000000, "until_us": 1794010000000000}],
    "triage": [
        {
            "id": 13,
            "document_id": "{document}",
            "act": "matched",
            "by_id": "{mduarte}",
            "at_us": 1794000000000000,
        }
    ],
    "firm_setting": [
        {
            "id": 14,
            "key": "ramp.1",
            "value": "2026-11-02 4",
            "set_by": "{inovak}",
            "set_us": 1794000000000000,
        }
    ],
    "rule_install": [
        {
            "id": 15,
            "sha256": "00",
            "rule_set_sha256": "00",
            "body": "[]",
            "effective_from": "2026-11-20",
            "installed_by": "{inovak}",
            "installed_us": 1794000000000000,
        }
    ],
    "wall_screen": [{"wall_id": 4, "person_id": "{bcole}", "told_us": 1794000000000000}],
}
"""Tables in which a story on a local store writes nothing of its own."""


def main() -> None:
    revision, folder = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as place:
        firm = local_firm(Path(place) / "desk" / "firm.db", ManualClock())
        rfe = run_rfe(firm, until="receipted")
        _more(firm, rfe.matter)
        _trust(firm, rfe.matter)
        seal(firm, Path(place) / "machine")
        rows = _rows(firm)
        firm.close()
    kept = {"rows": rows, "guards": {"sqlite": guards.sqlite_sql(), "postgresql": _for_postgresql()}}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
    (folder / f"{revision}.json.xz").write_bytes(lzma.compress(text, preset=9))


def _more(firm: FirmFixture, matter: str) -> None:
    """What the story has not: links, calls, dates by hand, a released message, an absence, somebody new."""
    paralegal, attorney, manager = (firm.desk(who) for who in ("mduarte", "aokafor", "inovak"))
    other = paralegal.write(matters.open_matter, "naturalization", "Ibarra, Luis", paralegal="mduarte").ref
    paralegal.write(matters.link, matter, other, "spouse")
    paralegal.write(matters.contact_rule, matter, "Call the mobile only, leave no voicemail.")
    paralegal.write(notes.note, matter, "Passport in the blue folder.")
    attorney.write(notes.strategy, matter, "Argue hardship.")
    paralegal.write(notes.call, matter, "Asked about travel.", callback="aokafor")
    due = paralegal.write(deadlines.add, matter, "Brief", date(2027, 3, 1), authority="EOIR")
    attorney.write(deadlines.confirm, due.ref)
    held = [m.ref for m in attorney.read(messages.listing) if m.state == "awaiting_approval"]
    attorney.write(messages.approve, held[0])
    first = firm.clock.now().date() + timedelta(days=3)
    manager.write(people.absence, "bcole", first, first + timedelta(days=4), cover="mduarte")
    manager.write(people.add, "jnew", "Jo New", ("paralegal",))
    firm.desk("inovak").sweep()


def _trust(firm: FirmFixture, matter: str) -> None:
    """A namesake, a consent, work under supervision, training, a copy given away, a hold, and a file that is erased."""
    paralegal, attorney, manager = (firm.desk(who) for who in ("mduarte", "aokafor", "inovak"))
    paralegal.write(matters.party_add, matter, "derivative", "Ibarra, Luis", born=date(1980, 5, 17))
    alike = [c for c in attorney.read(conflicts.listing) if c.hits]
    attorney.write(conflicts.decide, alike[0].ref, "clear", "the same family, and nobody against anybody")
    paralegal.write(consents.add, matter, "Ibarra, Rosa", "sharing", "The spouse may know everything.")
    paralegal.write(training.acknowledge, "confidentiality")
    manager.write(training.add, "mduarte", "interviewing")
    called = attorney.write(notes.call, matter, "Asked for copies.", callback="aokafor").task
    assert called is not None
    attorney.write(supervision.give, called, to="mduarte", under="aokafor", instructions="Her file alone.")
    attorney.write(exporting.matter_file, matter, reason="the client asked for it")
    attorney.write(retention.hold, matter, "litigation announced")

    over = paralegal.write(
        matters.open_matter, "other", "Okonjo, Ada", paralegal="mduarte", attorney="aokafor"
    ).ref
    paralegal.write(
        papers.receive, prepared("Letter", "Synthetic letter of nobody", "letter.pdf"), matter=over
    )
    for desk in (paralegal, attorney):
        for task in desk.read(tasks.queue, scope="mine"):
            if task.matter == over:
                for item in desk.read(tasks.show, task.ref).checklist:
                    desk.write(tasks.tick, task.ref, item.id, note="done")
                desk.write(tasks.complete, task.ref)
    attorney.write(matters.close_matter, over, "the representation is over")
    asked = attorney.write(retention.ask, over, "the client asked for it in writing")
    manager.write(retention.carry_out, asked.ref, confirm=over)


def _rows(firm: FirmFixture) -> dict[str, Any]:
    with firm.desk("mduarte").store.engine.connect() as conn:
        named: dict[str, int] = {}
        for table in ("matter", "packet", "task", "form", "document", "absence"):
            order = "id" if table in ("absence", "form") else "ref"
            named[table] = conn.exec_driver_sql(
                f"SELECT id FROM {table} ORDER BY {order} LIMIT 1"
            ).scalar_one()
        for handle, number in conn.exec_driver_sql("SELECT handle, id FROM person"):
            named[handle] = number
        for table, lines in BY_HAND.items():
            for line in lines:
                values = [
                    named[v[1:-1]] if isinstance(v, str) and v.startswith("{") else v for v in line.values()
                ]
                holders = ", ".join("?" * len(values))
                conn.exec_driver_sql(
                    f"INSERT INTO {table} ({', '.join(line)}) VALUES ({holders})", tuple(values)
                )
        out: dict[str, Any] = {}
        tables = conn.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version' ORDER BY name"
        ).scalars()
        for table in tables.all():
            found = conn.exec_driver_sql(f'SELECT * FROM "{table}"')
            columns = list(found.keys())
            kept = [[_plain(value) for value in row] for row in found.all()]
            assert kept, f"{table} is empty"
            out[table] = {"columns": columns, "rows": kept}
        return out


def _plain(value: object) -> object:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _for_postgresql() -> list[str]:
    here = Path(migrate.__file__).parent
    policies = sorted((here / "policies").glob("*.sql")) or [here / "policies.sql"]
    return [*guards.postgres_sql(), *(path.read_text(encoding="utf-8") for path in policies)]


if __name__ == "__main__":
    main()

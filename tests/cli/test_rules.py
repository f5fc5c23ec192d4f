"""`casedesk rules`: what a person and a program read, and the exit status each command ends with."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Office, Run
from tests.desk.test_rules_install import OWN
from tests.support.broken_rules import HERE
from tests.support.notices import make_rfe
from tests.unit.test_rules import SAMPLE


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_set_is_sound(run: Run) -> None:
    done = run("rules", "lint", "--json")
    assert (done.status, done.json) == (0, {"findings": []})
    assert "No finding" in run("rules", "lint").out


def test_a_broken_set_ends_with_one_and_its_witness(run: Run) -> None:
    done = run("rules", "lint", HERE / "contradiction_priority.toml", "--json")
    assert done.status == 1
    (found,) = done.json["findings"]
    assert found.keys() == {"id", "severity", "rule", "witness", "message"}
    assert (found["id"], found["rule"]) == ("contradiction", "asylum-high, spanish-low")
    assert found["witness"]["fields"]["matter.type"] == "asylum"
    assert found["witness"]["fields"]["matter.language"] == "es"
    told = run("rules", "lint", HERE / "contradiction_priority.toml")
    assert told.status == 1
    assert "matter.type = asylum" in told.out
    assert told.out.endswith("1 finding.\n")


def test_an_unknown_name_says_file_line_and_the_nearest(run: Run) -> None:
    done = run("rules", "lint", HERE / "unknown_field.toml")
    assert done.status == 1
    assert "unknown_field.toml, line 10" in done.out
    assert "Nearest known name: matter.priority." in done.out


@pytest.mark.parametrize("command", ["lint", "format", "test"])
def test_a_file_that_is_not_there_is_refused(run: Run, tmp_path: Path, command: str) -> None:
    assert run("rules", command, tmp_path / "none.toml", "--json").code == "no_file"
    assert run("rules", command, tmp_path, "--json").code == "not_a_file"


def test_the_published_sample_is_printed_in_its_canonical_form(run: Run, tmp_path: Path) -> None:
    sample = written(tmp_path, "sample.json", SAMPLE)
    done = run("rules", "format", sample)
    assert done.status == 0
    again = run("rules", "format", written(tmp_path, "canonical.toml", done.out))
    assert again.out == done.out
    assert run("rules", "format", sample, "--json").json["text"] == done.out
    assert run("rules", "lint", sample).status == 0
    assert run("rules", "format", HERE / "unknown_role.toml", "--json").code == "rule_file"


def test_rules_are_listed_with_their_reading(run: Run) -> None:
    listed = run("rules", "list", "--json").json
    assert {"id", "version", "title", "trigger", "reads"} <= listed[0].keys()
    assert "When a notice comes in" in run("rules", "list").out


def test_cases_are_run_beside_the_rules(run: Run, tmp_path: Path) -> None:
    assert run("rules", "test").status == 0
    assert all(case["ok"] for case in run("rules", "test", "--json").json["cases"])
    none = written(tmp_path, "none.toml", "")
    assert run("rules", "test", none, "--json").code == "no_cases"
    wrong = written(
        tmp_path,
        "wrong.toml",
        '[[case]]\ntitle = "Wrong"\ntrigger = "matter.opened"\nfires = ["rfe-received"]\n',
    )
    done = run("rules", "test", wrong)
    assert done.status == 1
    assert "BAD  Wrong" in done.out


def test_the_schema_is_json(run: Run) -> None:
    assert run("rules", "schema", "--json").json["title"] == "casedesk rules"
    assert run("rules", "schema").json["properties"].keys() == {"rule", "chain", "case"}


def test_why_and_why_not(office: Office, tmp_path: Path) -> None:
    opened = office.does(
        *("mduarte", "matter", "open", "--type", "adjustment_of_status", "--client", "Rosa Ibarra"),
        *("--form", "I-485", "--receipt", "IOE0912345678", "--paralegal", "mduarte", "--attorney", "aokafor"),
    )
    notice = tmp_path / "notice.pdf"
    notice.write_bytes(
        make_rfe(
            receipt="IOE0912345678",
            notice_date=date(2026, 11, 2),
            due=date(2027, 1, 28),
            form="I-485",
            name="IBARRA, ROSA",
        )
    )
    (got,) = office.does("mduarte", "document", "receive", notice)
    assert got["matter"] == opened["ref"]
    task = next(t["ref"] for t in got["tasks"] if t["kind"] == "rfe_intake")
    told = office.does("mduarte", "rules", "why", task)
    assert told.keys() >= {"event", "rules", "candidates"}
    assert all(r.keys() >= {"id", "version", "fired", "conditions"} for r in told["rules"])
    assert all(c.keys() == {"person", "chosen", "reason"} for c in told["candidates"])
    assert [r["id"] for r in told["rules"] if r["fired"]] == ["rfe-received"]
    read = office.says("mduarte", "rules", "why", task).out
    assert "rule rfe-received version 1 fired" in read
    assert "* mduarte: primary paralegal of the matter" in read
    not_told = office.does("mduarte", "rules", "why-not", "receipt-received", told["event"])
    assert not_told["changes"] == [{"field": "document.kind", "was": "rfe", "to": "receipt"}]
    read = office.says("mduarte", "rules", "why-not", "receipt-received", told["event"]).out
    assert "did not fire on notice.received" in read
    assert "document.kind = receipt  (was rfe)" in read
    assert "fired" in office.says("mduarte", "rules", "why-not", "rfe-received", told["event"]).out
    assert office.tries("mduarte", "rules", "why", "T-000000").code == "not_found"
    assert office.does("mduarte", "rules", "lint", "--firm") == {"findings": []}


def test_installing_and_what_is_in_force(office: Office, tmp_path: Path) -> None:
    own = written(tmp_path, "own.toml", OWN.format(owner="matter.lead_attorney"))
    assert office.tries("bcole", "rules", "install", own).code == "not_allowed"
    assert office.tries("jreyes", "rules", "install").status == 2
    assert office.tries("jreyes", "rules", "install", own, "--shipped").status == 2
    assert "None installed" in office.says("bcole", "rules", "versions").out
    done = office.does("jreyes", "rules", "install", own, "--pilot", "H-1B")
    assert done | {"number": 1, "state": "in_force", "matter_type": "h1b", "files": ["own.toml"]} == done
    listed = {r["id"]: r for r in office.does("bcole", "rules", "list")}
    assert (listed["rfe-look"]["installed"], listed["rfe-received"]["installed"]) == (1, None)
    read = office.says("bcole", "rules", "list").out
    assert (
        "rfe-look  version 1  A second pair of eyes on every RFE  [own, version 1]  [on trial: h1b]" in read
    )
    office.does("jreyes", "rules", "install", "--shipped")
    assert [v["state"] for v in office.does("bcole", "rules", "versions")] == ["in_force", "superseded"]
    assert "what ships, nothing of our own" in office.says("bcole", "rules", "versions").out
    broken = HERE / "contradiction_priority.toml"
    assert office.tries("jreyes", "rules", "install", broken).code == "rules_not_sound"


def test_a_replay_names_tasks_and_leaves_every_byte_of_the_store(
    local_office: Office, tmp_path: Path
) -> None:
    local_office.does(
        *("mduarte", "matter", "open", "--type", "adjustment_of_status", "--client", "Rosa Ibarra"),
        *("--form", "I-485", "--receipt", "IOE0912345678", "--paralegal", "mduarte", "--attorney", "aokafor"),
    )
    own = written(tmp_path, "own.toml", OWN.format(owner="matter.lead_attorney"))
    local_office.does("jreyes", "rules", "install", own)
    notice = tmp_path / "notice.pdf"
    notice.write_bytes(
        make_rfe(
            receipt="IOE0912345678",
            notice_date=date(2026, 11, 2),
            due=date(2027, 1, 28),
            form="I-485",
            name="IBARRA, ROSA",
        )
    )
    (got,) = local_office.does("mduarte", "document", "receive", notice)
    task = next(t["ref"] for t in got["tasks"] if t["kind"] == "rfe_aloud")
    edit = written(tmp_path, "edit.toml", OWN.format(owner="matter.primary_paralegal"))
    before = stored(local_office)
    told = local_office.does("jreyes", "rules", "replay", edit, "--since", "90d")
    assert told["moved"] == [task]
    assert [(c["what"], c["task"], c["was"], c["now"]) for c in told["changes"]] == [
        ("owner", task, "aokafor", "mduarte")
    ]
    read = local_office.says("jreyes", "rules", "replay", edit, "--since", "2026-11-01").out
    assert f"{task} (new) Read the RFE aloud: to mduarte, not aokafor" in read
    assert "tasks moved" in read
    assert stored(local_office) == before
    assert local_office.does("jreyes", "rules", "replay", "--shipped")["not_opened"] == 1
    assert local_office.tries("jreyes", "rules", "replay", edit, "--since", "0d").status == 2
    assert local_office.tries("jreyes", "rules", "replay").status == 2


def stored(office: Office) -> dict[str, str]:
    """Every file of the local store, by its hash."""
    folder = Path(office.firm.store).parent
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def test_why_tells_each_change_of_hands_with_its_reason(office: Office) -> None:
    matter = office.does("mduarte", "matter", "open", "--type", "other", "--client", "Ada Okonjo")["ref"]
    task = office.does("mduarte", "call", matter, "Asked how it stands", "--callback", "mduarte")["task"]
    office.does("inovak", "task", "reassign", task, "--to", "bcole", "--reason", "Over her hours")
    told = office.does("inovak", "rules", "why", task)
    assert [(m["of"], m["to"], m["by"], m["reason"]) for m in told["moves"]] == [
        ("mduarte", "bcole", "inovak", "Over her hours")
    ]
    said = office.says("inovak", "rules", "why", task).out
    assert "Mon 2026-11-09 09:40 EST: mduarte to bcole, reassigned by inovak: Over her hours" in said

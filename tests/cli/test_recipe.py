"""The RFE recipe by the command line alone, `--json` only, on both stores: from the inbox to the agency's door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Office
from tests.support.firm import PASSPHRASE
from tests.support.notices import make_receipt, make_rfe

DOCUMENT = {
    "document",
    "sha256",
    "kind",
    "receipt_number",
    "matter",
    "dates",
    "confidence",
    "evidence",
    "duplicate",
    "duplicate_of",
    "decision",
    "tasks",
}
TASK = {
    "id",
    "ref",
    "title",
    "matter",
    "kind",
    "status",
    "owner",
    "due",
    "internal_due",
    "agency_due",
    "priority",
    "rank_reason",
    "version",
}
REVIEW = {
    "id",
    "kind",
    "task",
    "matter",
    "version",
    "packet_sha256",
    "points",
    "changed_pages",
    "owner",
    "due",
    "state",
}
SIGNED = {"id", "packet_sha256", "signer", "signed_at", "statement", "policy", "live"}
VERIFIED = {"packet", "sha256", "pages", "documents", "ok"}
FILING = {"id", "packet", "state", "shipped_at", "delivered_at", "receipt_number"}
MESSAGE = {"id", "matter", "to", "channel", "language", "template", "state"}
SLOT = {"id", "form", "part", "person", "state"}


class Rfe:
    """One RFE on its way, each stage a method: it does the stage and hands back what the next one needs."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.does, self.tries = office.does, office.tries
        self.matter = str(
            self.does(
                *("mduarte", "matter", "open", "--type", "adjustment_of_status", "--client", "Rosa Ibarra"),
                *("--language", "es", "--form", "I-485", "--receipt", "IOE0912345678"),
                *("--paralegal", "mduarte", "--attorney", "aokafor"),
            )["ref"]
        )

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def task(self, kind: str) -> str:
        tasks = self.does("mduarte", "task", "list", "--all")
        return str(next(task["ref"] for task in tasks if task["kind"] == kind))

    def tick_all(self, who: str, task: str) -> None:
        for item in self.does(who, "task", "show", task)["checklist"]:
            assert self.does(who, "task", "tick", task, item["id"], "--note", "seen")["state"] == "done"

    def review(self, kind: str) -> Any:
        reviews = self.does("aokafor", "review", "list")
        return next(review for review in reviews if review["kind"] == kind)

    def received(self) -> Any:
        notice = self.file("rfe.pdf", make_rfe())
        (received,) = self.does("mduarte", "document", "receive", notice)
        return received

    def drafted(self, *sign: str) -> Any:
        """Intake and triage done, the checklist ticked, version 1 submitted."""
        self.received()
        for who, kind in (("mduarte", "rfe_intake"), ("aokafor", "rfe_triage")):
            task = self.task(kind)
            self.tick_all(who, task)
            self.does(who, "task", "complete", task)
        draft = self.task("rfe_draft")
        self.tick_all("mduarte", draft)
        return self.submit(1, *sign)

    def submit(self, version: int, *sign: str) -> Any:
        letter = self.file("letter.pdf", make_receipt(name=f"VERSION {version}"))
        return self.does("mduarte", "draft", "submit", self.task("rfe_draft"), letter, *sign)

    def to_sign_off(self) -> str:
        """Both reviews passed; gives the sign-off's reference."""
        for who, kind in (("aokafor", "content"), ("lchen", "second")):
            done = self.does(who, "review", "approve", self.review(kind)["id"], "--all-points-yes")
            assert done["state"] == "approved"
        return str(self.review("signoff")["ref"])

    def sign(self, review: str, passphrase: str = PASSPHRASE, who: str = "aokafor") -> Any:
        return self.tries(
            *(who, "review", "approve", review, "--all-points-yes"),
            *("--confirm", self.matter, "--passphrase-stdin"),
            stdin=f"{passphrase}\n",
        )


@pytest.fixture
def rfe(office: Office, tmp_path: Path) -> Rfe:
    return Rfe(office, tmp_path)


@pytest.fixture
def local_rfe(local_office: Office, tmp_path: Path) -> Rfe:
    return Rfe(local_office, tmp_path)


def test_from_the_inbox_to_the_agencys_door(rfe: Rfe) -> None:
    does = rfe.does
    received = rfe.received()
    assert received.keys() >= DOCUMENT
    assert (received["kind"], received["matter"]) == ("rfe", rfe.matter)
    assert received["dates"]["response_due"] == "2027-01-28"
    assert not received["duplicate"]
    again = rfe.received()
    assert (again["document"], again["duplicate"]) == (received["document"], True)

    task = rfe.task("rfe_intake")
    acknowledged = does("mduarte", "task", "ack", task)
    assert acknowledged.keys() >= TASK
    assert (acknowledged["status"], acknowledged["internal_due"]) == ("acknowledged", "2027-01-21")
    shown = does("mduarte", "task", "show", task)
    assert shown.keys() >= TASK | {"checklist", "allowed"}
    assert shown["checklist"][0].keys() >= {"id", "text", "required", "reserved", "state"}

    submitted = rfe.drafted("--sign", "I-485:Part 10:Rosa Ibarra")
    assert submitted.keys() >= {"draft", "version", "packet", "packet_sha256", "review"}
    content = does("aokafor", "review", "show", submitted["review"])
    assert content.keys() >= REVIEW
    point = content["points"][0]["id"]
    assert content["points"][0].keys() >= {"id", "text", "answer", "comment"}
    returned = does("aokafor", "review", "return", content["id"], "--point", f"{point}=no:Page 1: wrong name")
    assert (returned["state"], returned["points"][0]["comment"]) == ("returned", "Page 1: wrong name")
    second = rfe.submit(2)
    assert second["version"] == 2
    assert second["packet_sha256"] != submitted["packet_sha256"]
    reviewed = does("aokafor", "review", "show", second["review"], "--differences")
    assert reviewed["changed_pages"]
    assert any("VERSION 2" in line for line in reviewed["differences"])
    does("aokafor", "review", "approve", second["review"], "--all-points-yes")

    (slot,) = does("mduarte", "signature", "list", "--matter", rfe.matter)
    assert slot.keys() >= SLOT
    assert does("mduarte", "signature", "sent", slot["id"])["state"] == "sent"
    scan = rfe.file("scan.pdf", make_receipt(name="SIGNED"))
    assert does("mduarte", "signature", "back", slot["id"], "--file", scan)["state"] == "back"

    does("lchen", "review", "approve", rfe.review("second")["id"], "--all-points-yes")
    signed = rfe.sign(rfe.review("signoff")["id"])
    assert signed.status == 0, signed.out
    assert signed.json.keys() >= SIGNED
    assert (signed.json["signer"], signed.json["live"]) == ("aokafor", True)

    packet = submitted["packet"]
    out = rfe.folder / "out.pdf"
    assembled = does("mduarte", "packet", "assemble", packet, "--out", out)
    assert assembled.keys() >= VERIFIED
    assert assembled["ok"]
    assert out.read_bytes().startswith(b"%PDF")
    assert does("mduarte", "packet", "verify", packet, "--file", out)["ok"]
    shipped = does("mduarte", "filing", "ship", packet, "--carrier", "FedEx", "--tracking", "794612345678")
    assert shipped.keys() >= FILING
    rfe.office.clock.advance(days=1)
    delivered = does("mduarte", "filing", "deliver", packet, "--on", "2026-11-10T09:31:00-05:00")
    assert (delivered["state"], delivered["delivered_at"]) == ("delivered", "2026-11-10T14:31:00Z")
    assert does("mduarte", "filing", "receipt", packet)["state"] == "receipted"

    messages = does("mduarte", "message", "list", "--matter", rfe.matter)
    assert {message["language"] for message in messages} == {"es"}
    for message in messages:
        assert message.keys() >= MESSAGE
        assert rfe.tries("mduarte", "message", "approve", message["id"]).status == 1
        does("aokafor", "message", "approve", message["id"])
        assert "Rosa Ibarra" in does("mduarte", "message", "copy", message["id"])["text"]
        assert does("mduarte", "message", "sent", message["id"], "--via", "email")["state"] == "sent"

    entries = does("mduarte", "audit", "list", "--matter", rfe.matter)
    assert entries[0].keys() >= {"seq", "stream", "at", "actor", "action", "subject", "hash"}
    assert {"aokafor", "lchen", "mduarte"} <= {entry["actor"] for entry in entries}
    verdict = does("jreyes", "audit", "verify")
    assert verdict.keys() >= {"ok", "streams", "entries", "seals", "first_bad"}
    assert verdict["ok"]


def test_the_short_cuts_are_refused_with_a_code_and_a_sentence(local_rfe: Rfe) -> None:
    rfe, tries = local_rfe, local_rfe.tries
    rfe.received()
    assert tries("aokafor", "task", "complete", rfe.task("rfe_triage")).status == 1
    submitted = rfe.drafted()
    packet = submitted["packet"]
    ship = ("filing", "ship", packet, "--carrier", "FedEx", "--tracking", "1")
    cuts = [
        tries("mduarte", *ship),
        tries("mduarte", "review", "approve", submitted["review"], "--all-points-yes"),
        tries("aokafor", "review", "approve", submitted["review"]),
        tries("aokafor", "review", "return", submitted["review"], "--point", "accuracy=no"),
        tries("mduarte", "filing", "deliver", packet),
    ]
    review = rfe.to_sign_off()
    cuts += [
        tries("mduarte", *ship),
        tries("aokafor", "review", "approve", review, "--all-points-yes"),
        tries("aokafor", "review", "approve", review, "--all-points-yes", "--confirm", rfe.matter),
        tries(
            *("aokafor", "review", "approve", review, "--all-points-yes"),
            *("--confirm", "M-2026-9999", "--passphrase-stdin"),
            stdin=f"{PASSPHRASE}\n",
        ),
        rfe.sign(review, "not the passphrase at all"),
        rfe.sign(review, ""),
        rfe.sign(review, who="mduarte"),
        rfe.sign(review, who="lchen"),
    ]
    assert [cut.status for cut in cuts] == [1] * len(cuts)
    assert all(cut.json["error"].keys() == {"code", "message", "next"} for cut in cuts)
    assert all(cut.json["error"]["message"].endswith(".") for cut in cuts)
    assert rfe.sign(review).status == 0


def test_a_packet_that_is_not_the_reviewed_one_is_named(local_rfe: Rfe) -> None:
    packet = local_rfe.drafted()["packet"]
    other = local_rfe.file("other.pdf", make_receipt(name="OTHER"))
    found = local_rfe.tries("mduarte", "packet", "verify", packet, "--file", other)
    assert (found.status, found.json["ok"]) == (1, False)
    said = local_rfe.office.says("mduarte", "packet", "verify", packet, "--file", other)
    assert said.status == 1
    assert ".." not in said.out


def test_people_read_every_stage(local_rfe: Rfe) -> None:
    says = local_rfe.office.says
    submitted = local_rfe.drafted("--sign", "I-485:Part 10:Rosa Ibarra")
    draft = local_rfe.task("rfe_draft")
    words = {
        ("task", "list", "--all"): ["WHY HERE", "Draft RFE response", "2027-01-28"],
        ("task", "show", draft): ["USCIS due", "Thu 2027-01-28", "[x] evidence-1", "You may:", "why here"],
        ("review", "list"): ["content review", "open"],
        ("review", "show", submitted["review"], "--differences"): ["sha256", "accuracy", "letter.pdf"],
        ("signature", "list"): ["Part 10", "needed"],
        ("packet", "list"): [submitted["packet"]],
        ("deadline", "list"): ["8 CFR 103.2(b)(8)", "USCIS 2027-01-28"],
        ("document", "list"): ["rfe.pdf", "IOE0912345678"],
        ("message", "list"): ["awaiting approval"],
        ("matter", "show", local_rfe.matter): ["I-485", "Rosa Ibarra", "lead attorney aokafor"],
        ("matter", "timeline", local_rfe.matter): ["WHEN"],
        ("audit", "list", "--matter", local_rfe.matter): ["document.received", "Older entries"],
        ("audit", "verify"): ["The trail holds"],
        ("person", "list"): ["attorney NY 5512345"],
        ("find", "ibarra"): [local_rfe.matter],
        ("filing", "list"): ["Nothing has been filed"],
    }
    missing = {
        words: [word for word in wanted if word not in ran.out]
        for words, wanted in words.items()
        if (ran := says("aokafor", *words)).status != 0 or any(word not in ran.out for word in wanted)
    }
    assert missing == {}

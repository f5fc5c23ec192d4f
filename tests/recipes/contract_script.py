"""The whole recipe by somebody who knows the command line's contract and nothing else.

Makes a demo firm, receives a Request for Evidence, does what each task asks as the person who owns it, and ends with
`audit verify`; on the way it tries every forbidden short cut, on PostgreSQL a second time with SQL under that very
person's login. Every answer is held against the contract's keys.

    python -m tests.recipes.contract_script --dir DIR
    python -m tests.recipes.contract_script --dir DIR --store postgresql://OWNER@host:port/db   (PGPASSFILE: the owner)
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fpdf import FPDF

from tests.recipes.contract import DOCUMENT, SIGN_OFF, Broken, Firm, Json, Sql, exact, only, sql
from tests.support.notices import make_rfe

PERSON_ID = "(SELECT id FROM person WHERE handle = %s)"
LICENCE_ID = f"(SELECT id FROM licence WHERE person_id = {PERSON_ID} LIMIT 1)"
PACKET_ID = "(SELECT id FROM packet WHERE ref = %s)"
ITEM_ROW = "WHERE task_id = (SELECT id FROM task WHERE ref = %s) AND code = %s"
NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
TICK = f"UPDATE task_item SET state = 'done', done_us = {NOW}"
WAIVE = f"UPDATE task_item SET state = 'waived', reason = 'No time', done_us = {NOW}"


def paper(path: Path, *pages: str) -> Path:
    """A small PDF with a text layer, one text a page."""
    pdf = FPDF(format="letter")
    pdf.set_creation_date(datetime(2020, 1, 1, tzinfo=UTC))
    for text in pages:
        pdf.add_page()
        pdf.set_font("helvetica", size=12)
        pdf.multi_cell(0, 8, text)
    path.write_bytes(bytes(pdf.output()))
    return path


@dataclass
class Recipe:
    """One Request for Evidence from the inbox to the agency's door."""

    firm: Firm
    work: Path
    today: date
    matter: Json = field(default_factory=dict)
    notice: Json = field(default_factory=dict)
    due: date = date.min
    draft: str = ""
    packet: str = ""
    second: str = ""
    before: set[str] = field(default_factory=set)
    """Messages that were there before the notice."""

    # -- who is who -------------------------------------------------------------------------------------------------

    @property
    def intake(self) -> str:
        return self.firm.with_role("intake_specialist")

    @property
    def manager(self) -> str:
        return self.firm.with_role("operations_manager")

    @property
    def paralegal(self) -> str:
        return str(self.matter["owners"]["primary_paralegal"])

    @property
    def attorney(self) -> str:
        return str(self.matter["owners"]["lead_attorney"])

    # -- the steps --------------------------------------------------------------------------------------------------

    def walk(self) -> None:
        """From the first command to `audit verify`. Raises Broken at the first thing that is not as promised."""
        self.found()
        self.choose()
        self.receive()
        self.receive_the_rest()
        self.intake_and_triage()
        self.letter()
        self.gather()
        self.first_version()
        self.second_version()
        self.signatures()
        self.second_review()
        self.sign_off()
        self.leave()
        self.arrive()
        self.tell()
        self.close()

    def found(self) -> None:
        """Reads who there is."""
        someone = next(iter(self.firm.people))
        for person in self.firm.run("person", "list", "--limit", "100", who=someone):
            self.firm.people[person["handle"]] = person
        checks = self.firm.run("doctor", who=self.manager)["checks"]
        if not checks:
            raise Broken("casedesk doctor looked at nothing")

    def choose(self) -> None:
        """A matter with a pending form of its own receipt number and nothing in flight."""
        busy = {
            str(task["matter"])
            for task in self.firm.run("task", "list", "--all", "--limit", "500", who=self.manager)
        }
        for row in self.firm.run("matter", "list", "--limit", "500", who=self.manager):
            adjusts = any(form["form"] == "I-485" and form["receipt_number"] for form in row["forms"])
            owned = {"primary_paralegal", "lead_attorney"} <= row["owners"].keys()
            if adjusts and owned and not row["deadlines"] and not busy & {row["id"], row["ref"]}:
                self.matter = self.firm.run(
                    "matter", "show", row["ref"], who=row["owners"]["primary_paralegal"]
                )
                break
        else:
            raise Broken("the demo firm has no quiet matter with a pending I-485")
        messages = self.firm.run("message", "list", "--matter", self.matter["ref"], who=self.paralegal)
        self.before = {message["id"] for message in messages}
        hits = self.firm.run("find", self.matter["client"].split()[-1], who=self.paralegal)["hits"]
        if self.matter["ref"] not in {hit["ref"] for hit in hits}:
            raise Broken(f"find does not find {self.matter['client']}: {hits}")

    def rfe(self, receipt: str, notice_date: date, due: date) -> bytes:
        return make_rfe(
            receipt=receipt,
            notice_date=notice_date,
            due=due,
            received_date=notice_date - timedelta(days=200),
            name=self.matter["client"].upper(),
            a_number=self.matter["a_number"],
        )

    def receive(self) -> None:
        """The notice comes in: recognised with its words, matched, tasks made; the same bytes again make nothing."""
        form = next(
            form for form in self.matter["forms"] if form["receipt_number"] and form["form"] == "I-485"
        )
        notice_date = self.today - timedelta(days=7)
        self.due = notice_date + timedelta(days=82)
        while self.due.weekday() > 4:
            self.due -= timedelta(days=1)
        scan = self.work / "rfe.pdf"
        scan.write_bytes(self.rfe(form["receipt_number"], notice_date, self.due))
        self.notice = only(self.firm.run("document", "receive", str(scan), who=self.intake), "document")
        for key, wanted in {
            "kind": "rfe",
            "receipt_number": form["receipt_number"],
            "matter": self.matter["ref"],
            "duplicate": False,
            "duplicate_of": None,
        }.items():
            if self.notice[key] != wanted:
                raise Broken(f"document receive: {key} is {self.notice[key]!r}, not {wanted!r}")
        if not {notice_date.isoformat(), self.due.isoformat()} <= set(self.notice["dates"].values()):
            raise Broken(f"document receive read other dates: {self.notice['dates']}")
        if not self.notice["evidence"] or not self.notice["tasks"]:
            raise Broken(f"document receive shows no words or made no task: {self.notice}")
        again = only(self.firm.run("document", "receive", str(scan), who=self.paralegal), "document")
        if (again["document"], again["duplicate"]) != (self.notice["document"], True):
            raise Broken(f"the same bytes again: {again}")
        if again["tasks"] and {t["id"] for t in again["tasks"]} != {t["id"] for t in self.notice["tasks"]}:
            raise Broken(f"the same bytes made new tasks: {again['tasks']}")
        listed = self.firm.run("document", "list", "--matter", self.matter["ref"], who=self.paralegal)
        if self.notice["document"] not in {row["document"] for row in listed}:
            raise Broken("document list does not hold the notice")
        self.firm.run("document", "show", self.notice["document"], who=self.paralegal)

    def receive_the_rest(self) -> None:
        """A notice of no known matter is received with a task; an empty file is refused and harms no other."""
        stray = self.work / "stray.pdf"
        stray.write_bytes(self.rfe("EAC2190199887", self.today - timedelta(days=9), self.due))
        row = only(self.firm.run("document", "receive", str(stray), who=self.intake), "document")
        if row["matter"] is not None or not row["tasks"]:
            raise Broken(f"a notice of no known matter: {row}")
        empty = self.work / "empty.pdf"
        empty.write_bytes(b"")
        client = paper(self.work / "rent.pdf", "SYNTHETIC. Rent receipt, March 2026, 1200 Example Street.")
        done = self.firm.type("document", "receive", str(empty), str(client), "--matter", self.matter["ref"],
                              who=self.intake)  # fmt: skip
        rows = json.loads(done.stdout)
        if done.returncode != 1 or len(rows) != 2 or "document" not in rows[1]:
            raise Broken(
                f"an empty file beside a good one: status {done.returncode}, {done.stdout}{done.stderr}"
            )
        exact(set(DOCUMENT.split()), rows[1], "document receive")

    def task(self, word: str) -> Json:
        """The open task of this matter whose kind ends in `word`. Raises Broken."""
        rows = self.firm.run("task", "list", "--all", "--limit", "500", who=self.manager)
        mine = [row for row in rows if row["matter"] in {self.matter["ref"], self.matter["id"]}]
        for row in mine:
            if row["kind"].endswith(word):
                return dict(self.firm.run("task", "show", row["ref"], who=row["owner"]))
        raise Broken(f"no open task ends in {word!r}; the matter has {[row['kind'] for row in mine]}")

    def tick(self, task: Json, file: Callable[[Json], Path | None] = lambda _: None) -> None:
        """Ticks what is open on a task, as its owner, with the paper that belongs to it or a note."""
        for item in task["checklist"]:
            if item["state"] == "open":
                scan = file(item)
                proof = ["--file", str(scan)] if scan else ["--note", "Seen and compared"]
                done = self.firm.run("task", "tick", task["ref"], item["id"], *proof, who=task["owner"])
                if done["state"] != "done":
                    raise Broken(f"a ticked item is {done['state']}")

    def complete(self, task: Json) -> None:
        """Completes a task as its owner."""
        done = self.firm.run("task", "complete", task["ref"], who=task["owner"])
        if done["status"] != "done":
            raise Broken(f"a completed task is {done['status']}")

    def finish(self, task: Json) -> None:
        """Ticks and completes what the event itself has left open of a task."""
        now = dict(self.firm.run("task", "show", task["ref"], who=task["owner"]))
        if now["status"] != "done":
            self.tick(now)
            self.complete(now)

    def intake_and_triage(self) -> None:
        """Intake acknowledges and checks; the attorney decides what is reserved to her."""
        intake, triage = self.task("intake"), self.task("triage")
        if triage["owner"] != self.attorney or not any(item["reserved"] for item in triage["checklist"]):
            raise Broken(f"triage is the lead attorney's and reserved: {triage}")
        if intake["agency_due"] != self.due.isoformat() or intake["internal_due"] >= intake["agency_due"]:
            raise Broken(f"the intake task has other dates: {intake['agency_due']}, {intake['internal_due']}")
        if "ack" not in intake["allowed"]:
            raise Broken(f"a new task of one's own may be acknowledged: {intake['allowed']}")
        acknowledged = self.firm.run("task", "ack", intake["ref"], who=intake["owner"])
        if acknowledged["status"] != "acknowledged":
            raise Broken(f"an acknowledged task is {acknowledged['status']}")
        self.triage_short_cuts(triage)
        self.intake_short_cuts(intake)
        for task in (intake, triage):
            self.tick(task)
            self.complete(task)

    def triage_short_cuts(self, triage: Json) -> None:
        """What is reserved to a licence stays with a licence."""
        item = triage["checklist"][0]["id"]
        reassign = "UPDATE task SET owner_id = " + PERSON_ID
        self.firm.forbidden(
            "a paralegal decides the triage",
            self.paralegal,
            ("task", "tick", triage["ref"], item),
            sql(f"{TICK}, done_by = casedesk_uid() {ITEM_ROW}", triage["ref"], item),
            sql(f"{TICK}, done_by = {PERSON_ID} {ITEM_ROW}", self.attorney, triage["ref"], item),
            sql(f"UPDATE task_item SET reserved = 0 {ITEM_ROW}", triage["ref"], item),
        )
        self.firm.forbidden(
            "the triage is given to a paralegal",
            self.manager,
            ("task", "reassign", triage["ref"], "--to", self.paralegal, "--reason", "Busy"),
            sql(f"{reassign} WHERE ref = %s", self.paralegal, triage["ref"]),
            sql(f"{reassign}, reserved = 0 WHERE ref = %s", self.paralegal, triage["ref"]),
        )
        written = "INSERT INTO strategy_note (id, matter_id, author_id, body, at_us) SELECT 1, id,"
        self.firm.forbidden(
            "a paralegal writes the strategy",
            self.paralegal,
            ("note", self.matter["ref"], "Concede the gap", "--strategy"),
            sql(f"{written} casedesk_uid(), 'x', {NOW} FROM matter WHERE ref = %s", self.matter["ref"]),
            sql(
                f"{written} {PERSON_ID}, 'x', {NOW} FROM matter WHERE ref = %s",
                self.attorney,
                self.matter["ref"],
            ),
        )

    def intake_short_cuts(self, intake: Json) -> None:
        """A required step is done, or waived by somebody who may."""
        item = intake["checklist"][0]["id"]
        self.firm.forbidden(
            "a task is completed with a required item open",
            self.paralegal,
            ("task", "complete", intake["ref"]),
            sql("UPDATE task SET state = 'in_progress' WHERE ref = %s", intake["ref"]).then(
                f"UPDATE task SET state = 'done', done_by = casedesk_uid(), done_us = {NOW} WHERE ref = %s",
                intake["ref"],
            ),
            sql(f"UPDATE task_item SET required = 0 {ITEM_ROW}", intake["ref"], item),
            sql(f"DELETE FROM task_item {ITEM_ROW}", intake["ref"], item),
        )
        self.firm.forbidden(
            "a paralegal waives a required item",
            self.paralegal,
            ("task", "waive", intake["ref"], item, "--reason", "No time"),
            sql(f"{WAIVE}, done_by = casedesk_uid() {ITEM_ROW}", intake["ref"], item),
            sql(f"{WAIVE}, done_by = {PERSON_ID} {ITEM_ROW}", self.attorney, intake["ref"], item),
        )

    def message(self) -> Json:
        """The matter's message that waits for its release. Raises Broken."""
        rows = self.firm.run("message", "list", "--matter", self.matter["ref"], who=self.paralegal)
        waiting = [row for row in rows if row["state"] not in {"sent", "approved"}]
        return only([row for row in waiting if row["id"] not in self.before], "message to release")

    def release(self, letter: Json) -> None:
        """The attorney releases it, the paralegal copies it and says that it went."""
        self.firm.run("message", "approve", letter["id"], who=self.attorney)
        self.firm.run("message", "copy", letter["id"], who=self.paralegal)
        sent = self.firm.run("message", "sent", letter["id"], "--via", "email", who=self.paralegal)
        if sent["state"] != "sent":
            raise Broken(f"a message that went is marked as {sent['state']}")

    def letter(self) -> None:
        """The client's letter is released by the attorney, never before, never by another."""
        letter = self.message()
        approve = f"UPDATE message SET state = 'approved', approved_us = {NOW}"
        sent = f"UPDATE message SET state = 'sent', sent_by = casedesk_uid(), sent_us = {NOW}"
        self.firm.forbidden(
            "a letter goes before its release",
            self.paralegal,
            ("message", "sent", letter["id"], "--via", "email"),
            sql(f"{sent} WHERE ref = %s", letter["ref"]),
            sql(f"{sent}, approved_by = {PERSON_ID} WHERE ref = %s", self.attorney, letter["ref"]),
        )
        self.firm.forbidden(
            "a paralegal releases the words about an RFE",
            self.paralegal,
            ("message", "approve", letter["id"]),
            sql(f"{approve}, approved_by = casedesk_uid() WHERE ref = %s", letter["ref"]),
            sql(f"{approve}, approved_by = {PERSON_ID} WHERE ref = %s", self.attorney, letter["ref"]),
            sql("UPDATE message SET release = 'staff' WHERE ref = %s", letter["ref"]),
        )
        self.release(letter)

    def gather(self) -> None:
        """What the client brings; a draft is refused while a required item is open."""
        evidence, draft = self.task("evidence"), self.task("draft")
        self.tick(evidence)
        self.complete(evidence)
        letter = paper(
            self.work / "response.pdf", "SYNTHETIC. Response to the Request for Evidence.", "Page two."
        )
        self.firm.forbidden(
            "a draft is submitted while a required item is open",
            self.paralegal,
            ("draft", "submit", draft["ref"], str(letter)),
            sql(
                "INSERT INTO packet (id, ref, matter_id, task_id, title, created_us)"
                f" SELECT 1, 'P-000000', matter_id, id, 'x', {NOW} FROM task WHERE ref = %s",
                draft["ref"],
            ).then(
                "INSERT INTO draft (id, ref, packet_id, task_id, submitted_by, submitted_us)"
                f" SELECT 1, 'V-000000', 1, id, casedesk_uid(), {NOW} FROM task WHERE ref = %s",
                draft["ref"],
            ),
        )
        counter = iter(range(1, 100))

        def scan(item: Json) -> Path | None:
            if "certificate" not in item["text"] and "I-94" not in item["text"]:
                return None
            return paper(self.work / f"exhibit{next(counter)}.pdf", f"SYNTHETIC. {item['text']}")

        self.tick(draft, scan)
        self.draft = draft["ref"]

    def submit(self, file: Path, *more: str) -> Json:
        """A version goes in; its content review is the attorney's."""
        made = self.firm.run("draft", "submit", self.draft, str(file), *more, who=self.paralegal)
        self.packet = made["packet"]
        review = dict(self.firm.run("review", "show", made["review"], who=self.attorney))
        if (review["kind"], review["owner"], review["version"], review["packet_sha256"]) != (
            "content",
            self.attorney,
            made["version"],
            made["packet_sha256"],
        ):
            raise Broken(f"the content review is another: {review}")
        return review

    def first_version(self) -> None:
        """Reviewed by the attorney alone, point by point, and returned with a comment."""
        review = self.submit(self.work / "response.pdf", "--note", "First version")
        self.content_short_cuts(review)
        point, comment = review["points"][0]["id"], "Page 2: the date of entry is wrong"
        self.firm.forbidden(
            "a version is returned without a word why",
            self.attorney,
            ("review", "return", review["id"], "--point", f"{point}=no:"),
        )
        back = self.firm.run(
            "review", "return", review["id"], "--point", f"{point}=no:{comment}", who=self.attorney
        )
        answered = next(row for row in back["points"] if row["id"] == point)
        if (back["state"], answered["answer"], answered["comment"]) != ("returned", "no", comment):
            raise Broken(f"the return lost its comment: {back}")

    def content_short_cuts(self, review: Json) -> None:
        """Content is an attorney's, every point of it, and nothing leaves before."""
        decide = f"UPDATE review SET state = 'approved', decided_us = {NOW}"
        licensed = f"licence_kind = 'attorney', licence_id = {LICENCE_ID}"
        row = "WHERE ref = %s"
        self.firm.forbidden(
            "a paralegal approves the content",
            self.paralegal,
            ("review", "approve", review["id"], "--all-points-yes"),
            sql(f"{decide}, decided_by = casedesk_uid() {row}", review["ref"]),
            sql(f"{decide}, decided_by = casedesk_uid(), {licensed} {row}", self.attorney, review["ref"]),
            sql(
                "UPDATE review_point SET answer = 'yes' WHERE review_id = (SELECT id FROM review WHERE ref = %s)",
                review["ref"],
            ).then(
                f"{decide}, decided_by = {PERSON_ID}, {licensed} {row}",
                self.attorney,
                self.attorney,
                review["ref"],
            ),
        )
        self.firm.forbidden(
            "a review is approved with a point unanswered",
            self.attorney,
            ("review", "approve", review["id"], "--point", f"{review['points'][0]['id']}=yes"),
            sql(f"{decide}, decided_by = casedesk_uid(), {licensed} {row}", self.attorney, review["ref"]),
        )
        self.firm.forbidden(
            "a packet leaves before anybody reviewed it",
            self.paralegal,
            self.ship_command(),
            *self.ship_sql(),
        )
        self.firm.forbidden(
            "a deadline is met before anything left",
            self.paralegal,
            ("deadline", "met", self.deadline()["id"]),
            *self.meet_sql(),
        )

    def deadline(self) -> Json:
        """The date of this notice. Raises Broken."""
        rows = self.firm.run("deadline", "list", "--matter", self.matter["ref"], who=self.paralegal)
        return only(
            [row for row in rows if row["agency_due"] == self.due.isoformat()], "deadline of the notice"
        )

    def meet_sql(self) -> tuple[Sql, ...]:
        met = "UPDATE deadline SET state = 'met' WHERE matter_id = (SELECT id FROM matter WHERE ref = %s) AND state = 'open'"
        alone = sql("UPDATE packet SET deadline_id = NULL WHERE ref = %s", self.packet)
        return (sql(met, self.matter["ref"]), alone.then(met, self.matter["ref"]))

    def ship_command(self) -> tuple[str, ...]:
        return ("filing", "ship", self.packet, "--carrier", "FedEx", "--tracking", "794612345678")

    def ship_sql(self) -> tuple[Sql, ...]:
        """A filing written by hand, with whatever sign-off there may be."""
        columns = "id, ref, packet_id, matter_id, manifest_sha256, sign_off_id, state, shipped_us, shipped_by"
        last = (
            "FROM packet k JOIN manifest m ON m.packet_id = k.id WHERE k.ref = %s ORDER BY m.seq DESC LIMIT 1"
        )
        some = "COALESCE((SELECT max(id) FROM sign_off), 0)"
        return tuple(
            sql(
                f"INSERT INTO filing ({columns}) SELECT 1, 'F-000000', k.id, k.matter_id, m.sha256, {sign}, '{state}',"
                f" {NOW}, casedesk_uid() {last}",
                self.packet,
            )
            for sign, state in (("0", "shipped"), (some, "shipped"), (some, "delivered"))
        )

    def second_version(self) -> None:
        """Answers the comment; only what changed is shown; OK for signature."""
        better = paper(
            self.work / "response2.pdf",
            "SYNTHETIC. Response to the Request for Evidence.",
            "Page two, corrected.",
        )
        # `--sign` is not in the contract's table; it is what `draft submit --help` says of a page signed by hand.
        review = self.submit(
            better, "--note", "Page 2 corrected", "--sign", f"I-485:Part 10:{self.matter['client']}"
        )
        if review["version"] != 2 or not review["changed_pages"] or 1 in review["changed_pages"]:
            raise Broken(f"version 2 shows other changes: {review}")
        done = self.firm.run("review", "approve", review["id"], "--all-points-yes", who=self.attorney)
        if done["state"] != "approved" or {point["answer"] for point in done["points"]} != {"yes"}:
            raise Broken(f"the content review is not approved: {done}")

    def signatures(self) -> None:
        """The signature round: sent, and back with its scan."""
        slots = self.firm.run("signature", "list", "--matter", self.matter["ref"], who=self.paralegal)
        slot = only(slots, "signature slot")
        if slot["person"] != self.matter["client"]:
            raise Broken(f"another person signs: {slot}")
        self.firm.run("signature", "sent", slot["id"], who=self.paralegal)
        scan = paper(self.work / "signed.pdf", "SYNTHETIC. Signed page, Part 10.")
        back = self.firm.run("signature", "back", slot["id"], "--file", str(scan), who=self.paralegal)
        if back["state"] != "back":
            raise Broken(f"a page that is back is {back['state']}")

    def review(self, kind: str) -> Json:
        """The packet's open review of that kind. Raises Broken."""
        rows = self.firm.run("review", "list", who=self.attorney)
        rows = [row for row in rows if row["matter"] in {self.matter["ref"], self.matter["id"]}]
        return only([row for row in rows if row["kind"] == kind], f"open {kind} review")

    def second_review(self) -> None:
        """The assembled packet under a second pair of eyes, not the preparer's."""
        review = self.review("second")
        if review["owner"] in {self.paralegal, self.attorney}:
            raise Broken(f"the second reviewer is no third person: {review['owner']}")
        decide = f"UPDATE review SET state = 'approved', decided_us = {NOW}, licence_id = {LICENCE_ID}"
        answer = sql(
            "UPDATE review_point SET answer = 'yes' WHERE review_id = (SELECT id FROM review WHERE ref = %s)",
            review["ref"],
        )
        self.firm.forbidden(
            "the preparer gives the second review",
            self.paralegal,
            ("review", "approve", review["id"], "--all-points-yes"),
            answer.then(
                f"{decide}, licence_kind = 'attorney', decided_by = casedesk_uid() WHERE ref = %s",
                review["owner"],
                review["ref"],
            ),
            answer.then(
                f"{decide}, licence_kind = 'attorney', decided_by = {PERSON_ID} WHERE ref = %s",
                review["owner"],
                review["owner"],
                review["ref"],
            ),
        )
        self.second = review["owner"]
        done = self.firm.run("review", "approve", review["id"], "--all-points-yes", who=self.second)
        if done["state"] != "approved":
            raise Broken(f"the second review is not approved: {done}")

    def sign_off(self) -> None:
        """Approve for filing: matter number, passphrase, and nobody else's hand."""
        review = self.review("signoff")
        approve = ("review", "approve", review["id"], "--all-points-yes", "--passphrase-stdin", "--confirm")
        here, wrong = (*approve, self.matter["ref"]), (*approve, "M-1999-0001")
        phrase = self.firm.passphrase + "\n"
        signer = review["owner"]
        tries = {
            "a paralegal signs off": self.paralegal,
            "the second reviewer signs off": self.second,
        }
        for name, who in tries.items():
            self.firm.forbidden(name, who, here, *self.sign_sql(review, who, signer), stdin=phrase)
        # No SQL here: PostgreSQL cannot check an Ed25519 signature. What an attorney invents under her own login is
        # found out by `filing ship`, which verifies it.
        self.firm.forbidden("a sign-off with a wrong passphrase", signer, here, stdin="x\n")
        self.firm.forbidden("a sign-off of another matter's number", signer, wrong, stdin=phrase)
        self.firm.forbidden(
            "a packet leaves before its sign-off", self.paralegal, self.ship_command(), *self.ship_sql()
        )
        signed = self.firm.run(*here, who=signer, stdin=phrase)
        exact(set(SIGN_OFF.split()), signed, "review approve of a sign-off")
        if (signed["packet_sha256"], signed["signer"], signed["live"]) != (
            review["packet_sha256"],
            signer,
            True,
        ):
            raise Broken(f"another sign-off came back: {signed}")

    def sign_sql(self, review: Json, who: str, owner: str) -> tuple[Sql, ...]:
        """A sign-off written by hand with an invented signature: in one's own name, and in the signer's."""
        columns = (
            "id, packet_id, matter_id, manifest_sha256, review_id, content_review_id, second_review_id, preparer_id,"
            " second_reviewer_id, assembled_us, second_us, signer_id, licence_id, licence_kind, key_id, policy,"
            " statement, signature, signed_us"
        )

        def attempt(signer: str) -> Sql:
            licence = f"COALESCE({LICENCE_ID}, {LICENCE_ID})"
            key = "(SELECT key_id FROM signing_key WHERE person_id = " + PERSON_ID + " LIMIT 1)"
            return (
                sql(
                    f"INSERT INTO sign_off ({columns}) SELECT 1, v.packet_id, v.matter_id, v.manifest_sha256, v.id, c.id,"
                    f" s.id, m.preparer_id, s.decided_by, m.assembled_us, s.decided_us, {PERSON_ID}, {licence}, 'attorney',"
                    f" COALESCE({key}, {key}), 'three-person', '{{}}', 'invented', {NOW} FROM review v"
                    " JOIN review c ON c.packet_id = v.packet_id AND c.kind = 'content' AND c.state = 'approved'"
                    " JOIN review s ON s.packet_id = v.packet_id AND s.kind = 'second' AND s.state = 'approved'"
                    " JOIN manifest m ON m.packet_id = v.packet_id AND m.sha256 = v.manifest_sha256 WHERE v.ref = %s",
                    signer,
                    signer,
                    owner,
                    signer,
                    owner,
                    review["ref"],
                )
                .then(
                    "UPDATE review_point SET answer = 'yes' WHERE review_id = (SELECT id FROM review WHERE ref = %s)",
                    review["ref"],
                )
                .then(
                    f"UPDATE review SET state = 'approved', decided_us = {NOW}, decided_by = {PERSON_ID}, licence_kind ="
                    f" 'attorney', licence_id = {licence} WHERE ref = %s",
                    signer,
                    signer,
                    owner,
                    review["ref"],
                )
            )

        return tuple(attempt(name) for name in dict.fromkeys((who, owner)))

    def leave(self) -> None:
        """The bytes handed out are the bytes approved; then they leave, once."""
        out = self.work / "packet.pdf"
        handed = self.firm.run("packet", "assemble", self.packet, "--out", str(out), who=self.paralegal)
        if not handed["ok"] or handed["documents"][0]["document"] != self.notice["document"]:
            raise Broken(f"the packet does not begin with the original notice: {handed}")
        if not out.read_bytes().startswith(b"%PDF"):
            raise Broken("packet assemble wrote no PDF")
        checked = self.firm.run("packet", "verify", self.packet, "--file", str(out), who=self.paralegal)
        if not checked["ok"] or checked["sha256"] != handed["sha256"]:
            raise Broken(f"packet verify does not know its own file: {checked}")
        changed = bytearray(out.read_bytes())
        changed[len(changed) // 2] ^= 1
        other = self.work / "changed.pdf"
        other.write_bytes(bytes(changed))
        found = self.firm.run(
            "packet", "verify", self.packet, "--file", str(other), who=self.paralegal, status=1
        )
        if found["ok"]:
            raise Broken(f"packet verify does not see one byte: {found}")
        self.firm.forbidden(
            "a packet is delivered before it is shipped",
            self.paralegal,
            ("filing", "deliver", self.packet),
            self.ship_sql()[-1],
        )
        shipped = self.firm.run(*self.ship_command(), who=self.paralegal)
        if (shipped["state"], shipped["delivered_at"]) != ("shipped", None) or not shipped["shipped_at"]:
            raise Broken(f"a shipped packet is {shipped}")

    def arrive(self) -> None:
        """Shipped is not received: the date is met at delivery, not before."""
        self.firm.forbidden(
            "a packet is shipped twice", self.paralegal, self.ship_command(), *self.ship_sql()[1:2]
        )
        self.firm.forbidden(
            "a deadline is met because the packet was shipped",
            self.paralegal,
            ("deadline", "met", self.deadline()["id"]),
            *self.meet_sql(),
        )
        self.firm.forbidden(
            "a version is put under a packet that left",
            self.paralegal,
            ("draft", "submit", self.draft, str(self.work / "response.pdf")),
            sql(
                "INSERT INTO manifest (id, packet_id, seq, version, sha256, assembled_sha256, assembled_document_id,"
                " body, preparer_id, assembled_us) SELECT 1, m.packet_id, m.seq + 1, m.version, repeat('0', 64),"
                " m.assembled_sha256, m.assembled_document_id, m.body, m.preparer_id, m.assembled_us FROM manifest m"
                f" WHERE m.packet_id = {PACKET_ID} ORDER BY m.seq DESC LIMIT 1",
                self.packet,
            ),
        )
        shipping = self.task("file")
        self.tick(shipping)
        arrived = self.firm.run("filing", "deliver", self.packet, who=self.paralegal)
        if arrived["state"] != "delivered" or not arrived["delivered_at"]:
            raise Broken(f"a delivered packet is {arrived}")
        if self.deadline()["state"] != "met":
            raise Broken(f"the deadline is not met at delivery: {self.deadline()}")
        self.finish(shipping)

    def tell(self) -> None:
        """The agency shows it as received; the client is told."""
        watched = self.task("watch")
        got = self.firm.run("filing", "receipt", self.packet, who=self.paralegal)
        if got["state"] != "receipted" or got["receipt_number"] != self.notice["receipt_number"]:
            raise Broken(f"the agency's receipt is {got}")
        self.finish(watched)
        self.release(self.message())

    def close(self) -> None:
        """Nothing of it is left open, the form says so, and the trail holds."""
        rows = self.firm.run("task", "list", "--all", "--limit", "500", who=self.manager)
        if left := [row["kind"] for row in rows if row["matter"] in {self.matter["ref"], self.matter["id"]}]:
            raise Broken(f"these tasks are still open: {left}")
        card = self.firm.run("matter", "show", self.matter["ref"], who=self.paralegal)
        form = next(f for f in card["forms"] if f["receipt_number"] == self.notice["receipt_number"])
        if "received" not in form["status"] or not form["checked"]:
            raise Broken(f"the form does not say that the response was received: {form}")
        self.firm.run("worker", "--once", who=self.manager)
        self.record_short_cuts()
        trail = self.firm.run("audit", "list", "--limit", "500", who=self.manager)
        if not {self.paralegal, self.attorney, self.second, self.intake} <= {row["actor"] for row in trail}:
            raise Broken("the trail does not name everybody who acted")
        verified = self.firm.run("audit", "verify", who=self.manager)
        if not verified["ok"] or verified["first_bad"] is not None or verified["entries"] < len(trail):
            raise Broken(f"audit verify: {verified}")

    def record_short_cuts(self) -> None:
        """What is on record stays, whoever asks; there is no command for it, so only SQL tries."""
        if not self.firm.shared:
            return
        matter = self.matter["ref"]
        own = "WHERE matter_id = (SELECT id FROM matter WHERE ref = %s)"
        looser = (
            "INSERT INTO firm_policy (id, seq, policy, eyes, eyes_before, set_by, set_us, reason, signature{more})"
            f" SELECT 1, max(seq) + 1, 'two-person', 2, 3, casedesk_uid(), {NOW}, 'x', 'invented'{{values}}"
            " FROM firm_policy"
        )
        attempts = {
            self.manager: (
                sql(f"DELETE FROM audit {own}", matter),
                sql(f"UPDATE audit SET actor = 'nobody' {own}", matter),
                sql(f"DELETE FROM document {own}", matter),
                sql(looser.format(more="", values="")),
            ),
            self.paralegal: (
                sql("UPDATE document_version SET sha256 = repeat('0', 64)"),
                sql("UPDATE blob_chunk SET data = ''"),
                sql("UPDATE sign_off SET live = 0"),
                sql("UPDATE filing SET shipped_us = 1"),
                sql(looser.format(more="", values="")),
                sql(
                    looser.format(more=", licence_id, licence_kind", values=f", {LICENCE_ID}, 'attorney'"),
                    self.attorney,
                ),
                sql("INSERT INTO licence (id, person_id, kind) SELECT 1, casedesk_uid(), 'attorney'"),
                sql("INSERT INTO person_role (person_id, role) SELECT casedesk_uid(), 'managing_partner'"),
            ),
        }
        for who, tries in attempts.items():
            for attempt in tries:
                answer = self.firm.refused(who, attempt)
                self.firm.record.append((who, attempt.steps[-1][0], answer))


def found(folder: Path, store: str | None, *, in_process: bool = False) -> Firm:
    """The demo firm, made through the command line; on PostgreSQL with one login a person. Raises Broken."""
    firm = Firm(folder, dict(os.environ), shared=store is not None, in_process=in_process)
    for name in ("CASEDESK_STORE", "CASEDESK_PERSON"):
        firm.env.pop(name, None)
    where = ("--store", store) if store else ()
    made = firm.run("demo", *where, "--dir", str(folder), "--no-open")
    again = firm.run("demo", *where, "--dir", str(folder), "--no-open")
    if (again["store"], again["matters"]) != (made["store"], made["matters"]):
        raise Broken(f"a second demo is another firm: {again}")
    firm.store, firm.passphrase = made["store"], made["signing_passphrase"]
    firm.people = {person["handle"]: person for person in made["persons"]}
    if firm.shared:
        firm.env["PGPASSFILE"] = str(folder / "pgpass")
    return firm


def carry(folder: Path, store: str | None, today: date, *, in_process: bool = False) -> Firm:
    """Makes the firm and walks the recipe; what was tried stands in `short_cuts` and `record`. Raises Broken."""
    firm = found(folder, store, in_process=in_process)
    work = folder / "desk-of-the-script"
    work.mkdir()
    Recipe(firm, work, today).walk()
    return firm


def main() -> int:
    reader = argparse.ArgumentParser(description="The whole recipe, from the command line's contract alone.")
    reader.add_argument("--dir", type=Path, required=True)
    reader.add_argument("--store")
    given = reader.parse_args()
    firm = carry(given.dir, given.store, datetime.now(UTC).date())
    problems = list(firm.problems())
    for short_cut in firm.short_cuts:
        sys.stdout.write(f"{short_cut.status}  {short_cut.name}: {short_cut.sentence} {short_cut.next}\n")
    for problem in problems:
        sys.stderr.write(f"PROBLEM  {problem}\n")
    sys.stdout.write(f"{firm.typed} commands, {len(firm.short_cuts)} short cuts, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Every short cut the gate forbids, once as a use-case and once as SQL by hand. Told here, tried in `test_short_cuts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casedesk.desk import (
    deadlines,
    drafts,
    filings,
    messages,
    notes,
    people,
    policy,
    reviews,
    signatures,
    signing,
    tasks,
)
from casedesk.desk.desk import Desk
from tests.support.firm import PASSPHRASE
from tests.support.raw import Raw, raw
from tests.support.rfe import Rfe, letter, scan

Said = tuple[str, str]
"""A refusal's code, and words of its sentence."""


@dataclass(frozen=True)
class ShortCut:
    """`desk` is refused as `said`; `sql` with `code` (`local` on SQLite where it differs, None where that file's one
    trust domain lets it pass). `before` makes the situation, in a store of the test's own."""

    name: str
    stage: str
    who: str
    code: str
    sql: Callable[[Raw], object]
    said: Said | None = None
    desk: Callable[[Rfe, Desk], object] | None = None
    before: Callable[[Rfe], object] | None = None
    local: str | None = ""

    def expected(self, shared: bool) -> str | None:
        return self.code if shared or self.local == "" else self.local


def by_manager(sql: str, **values: Any) -> Callable[[Rfe], object]:
    """The operations manager changes the firm's people, by hand."""

    def change(rfe: Rfe) -> None:
        with raw(rfe, "inovak", keep=True) as hand:
            assert hand.run(sql, **values) == 1

    return change


def licensed(handle: str, kind: str) -> Callable[[Rfe], object]:
    return by_manager(
        "INSERT INTO licence (id, person_id, kind) SELECT 77, id, :kind FROM person WHERE handle = :handle",
        kind=kind,
        handle=handle,
    )


def preparer_is_an_attorney(rfe: Rfe) -> None:
    licensed("mduarte", "attorney")(rfe)
    with raw(rfe, "mduarte", keep=True) as hand:
        key = hand.enrol()
    with raw(rfe, "aokafor", keep=True) as hand:
        hand.prove()
        assert hand.confirm(key) == 1


def voided(rfe: Rfe) -> None:
    """A last page comes back signed after the sign-off: the packet changes."""
    desk = rfe.firm.desk("mduarte")
    slot = desk.write(signatures.add, rfe.packet, "I-864", "Part 10", "Rosa Ibarra")
    desk.write(signatures.back, slot.ref, scan("I-864 Part 10"))


def one_more_signature(rfe: Rfe) -> None:
    rfe.firm.desk("mduarte").write(signatures.add, rfe.packet, "I-864", "Part 10", "Rosa Ibarra")


def released(rfe: Rfe) -> None:
    rfe.firm.desk("aokafor").write(messages.approve, held(rfe))


def revoked(rfe: Rfe) -> None:
    desk = rfe.firm.desk("aokafor")
    with raw(rfe, "aokafor") as hand:
        key = hand.value("SELECT key_id FROM signing_key WHERE person_id = :p", p=hand.me)
    desk.write(signing.revoke, str(key), "laptop lost")


def held(rfe: Rfe) -> str:
    return rfe.firm.desk("aokafor").read(messages.listing, matter=rfe.matter)[0].ref


def due(rfe: Rfe) -> str:
    return rfe.firm.desk("mduarte").read(deadlines.listing, matter=rfe.matter)[0].ref


def sign_off(rfe: Rfe, desk: Desk, kind: str = "signoff") -> object:
    return desk.write(reviews.sign_off, rfe.reviews[kind], confirm=rfe.matter, passphrase=PASSPHRASE)


def ship(rfe: Rfe, desk: Desk) -> object:
    return desk.write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")


def item(hand: Raw, ref: str, state: str, *, by: str | None = None) -> int:
    return hand.run(
        "UPDATE task_item SET state = :s, reason = 'because', done_by = :p, done_us = :n WHERE task_id = :t",
        s=state,
        p=hand.person(by or hand.who),
        n=hand.now,
        t=hand.task(ref).id,
    )


def draft_with_open_items(hand: Raw) -> None:
    task = hand.task(hand.rfe.drafting)
    hand.add_draft(hand.add_packet(hand.rfe.drafting), task.id, 1)


def draft_on_another_task(hand: Raw) -> None:
    packet = hand.add_packet(hand.rfe.drafting)
    hand.add_draft(packet, hand.task(hand.rfe.intake).id, 1)


def second_without_content(hand: Raw) -> None:
    review = hand.add_review("second")
    hand.answer(review)
    hand.decide(review)


def second_with_open_slot(hand: Raw) -> None:
    review = hand.review("second").id
    hand.answer(review)
    hand.decide(review)


def old_version_stands_in(hand: Raw) -> None:
    """Version 2 is submitted by hand, and its second review is said to be of version 1, whose content was OK."""
    packet = hand.packet()
    hand.add_draft(packet.id, packet.task_id, 2)
    hand.add_manifest(version=2)
    hand.add_review("second", version=1)


def decide(kind: str, *, by: str | None = None, **bent: Any) -> Callable[[Raw], object]:
    def step(hand: Raw) -> int:
        review = hand.review(kind).id
        hand.answer(review)
        return hand.decide(review, by=by, **bent)

    return step


def sign(**bent: Any) -> Callable[[Raw], object]:
    return lambda hand: hand.sign(**bent)


def signed_elsewhere(hand: Raw) -> int:
    return hand.sign(review_id=hand.review("content").id)


def key_of_nobody(hand: Raw) -> int:
    return hand.sign(
        key_id=hand.value("SELECT key_id FROM signing_key WHERE person_id = :p", p=hand.person("lchen"))
    )


def paralegal_signs(hand: Raw) -> int:
    key = hand.enrol()
    attorney = hand.licence("aokafor")
    return hand.sign(
        signer="aokafor", signer_id=hand.me, key_id=key, licence_id=attorney.id, licence_kind=attorney.kind
    )


def shipped_as(**bent: Any) -> Callable[[Raw], object]:
    return lambda hand: hand.ship(**bent)


def first_hash(hand: Raw) -> int:
    return hand.ship(manifest_sha256=hand.manifest(1).sha256)


def change(sql: str, **values: Any) -> Callable[[Raw], object]:
    return lambda hand: hand.run(sql, **values)


def release(by: str) -> Callable[[Raw], object]:
    return lambda hand: hand.run(
        "UPDATE message SET state = 'approved', approved_by = :p, approved_us = :n WHERE matter_id = :m",
        p=hand.person(by),
        n=hand.now,
        m=hand.matter(),
    )


def reserved_to_me(hand: Raw) -> int:
    return hand.run(
        "UPDATE task SET owner_id = :p WHERE id = :t",
        p=hand.person("mduarte"),
        t=hand.task(hand.rfe.triage).id,
    )


def strategy(author: str) -> Callable[[Raw], object]:
    return lambda hand: hand.insert(
        "strategy_note",
        id=5,
        matter_id=hand.matter(),
        author_id=hand.person(author),
        body="x",
        at_us=hand.now,
    )


def loosen(**bent: Any) -> Callable[[Raw], object]:
    def step(hand: Raw) -> int:
        values = {"seq": 2, "policy": "two-person", "eyes": 2, "eyes_before": 3, "set_by": hand.me, **bent}
        return hand.insert("firm_policy", id=5, set_us=hand.now, **values)

    return step


def chunk_added(hand: Raw) -> int:
    version = hand.one("SELECT v.id, v.bytes FROM document_version v ORDER BY v.created_us DESC LIMIT 1")
    return hand.insert("blob_chunk", version_id=version.id, seq=1, data=b"one more page")


def line_added(hand: Raw) -> int:
    document, digest = hand.add_document("extra.pdf", origin="signed")
    return hand.add_line(hand.manifest().id, document, digest)


def paper_slipped_in(hand: Raw) -> int:
    document, digest = hand.add_document("extra.pdf")
    sha256 = hand.add_manifest()
    manifest = hand.value("SELECT id FROM manifest WHERE sha256 = :s", s=sha256)
    return hand.add_line(manifest, document, digest)


def document_as_another(hand: Raw) -> object:
    return hand.add_document("mine.pdf", received_by=hand.person("aokafor"))


def note_as_another(hand: Raw) -> int:
    return hand.insert(
        "note", id=5, matter_id=hand.matter(), author_id=hand.person("aokafor"), body="x", at_us=hand.now
    )


def event_as_another(hand: Raw) -> int:
    return hand.insert(
        "event", id=5, trigger="x", subject="x", actor_id=hand.person("aokafor"), at_us=1, request_id="x"
    )


def task_done_as_another(hand: Raw) -> int:
    return hand.run(
        "UPDATE task SET done_by = :p WHERE id = :t",
        p=hand.person("aokafor"),
        t=hand.task(hand.rfe.triage).id,
    )


def role_for_myself(hand: Raw) -> int:
    return hand.insert("person_role", person_id=hand.me, role="managing_partner")


def licence_for_myself(hand: Raw) -> int:
    return hand.insert("licence", id=5, person_id=hand.me, kind="attorney")


def attorney_of_the_matter(hand: Raw) -> int:
    return hand.run(
        "UPDATE matter_owner SET person_id = :p WHERE kind = 'lead_attorney' AND matter_id = :m",
        p=hand.me,
        m=hand.matter(),
    )


def foreign_stream(hand: Raw) -> object:
    return hand.value(
        "SELECT casedesk_append_audit(:s, NULL, 0, 'packet.signed_off', 'x', '{}')",
        s=f"matter:{hand.matter()}",
    )


def somebody_elses_stream(hand: Raw) -> object:
    return hand.value(
        "SELECT casedesk_append_audit(:s, NULL, 0, 'person.signed_in', 'x', '{}')",
        s=f"person:{hand.person('aokafor')}",
    )


GATE = (
    ShortCut(
        "draft with an open required item",
        "drafting",
        "mduarte",
        "items_open",
        draft_with_open_items,
        ("items_open", "has open items: evidence-1"),
        lambda rfe, desk: desk.write(drafts.submit, rfe.drafting, (letter(1),)),
    ),
    ShortCut(
        "draft on a task whose items are done",
        "drafting",
        "mduarte",
        "draft_of_its_task",
        draft_on_another_task,
    ),
    ShortCut(
        "content review by a paralegal",
        "content",
        "mduarte",
        "review_by_a_licence",
        decide("content"),
        ("not_qualified", "takes an attorney or accredited representative; mduarte is neither"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["content"]),
    ),
    ShortCut(
        "content review by the firm's own reviewer",
        "content",
        "bcole",
        "not_licensed",
        decide("content"),
        ("not_qualified", "bcole is neither"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["content"]),
        licensed("bcole", "reviewer"),
    ),
    ShortCut(
        "second review by the preparer",
        "second",
        "mduarte",
        "reviewer_is_preparer",
        decide("second"),
        ("preparer", "You prepared version 1"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["second"]),
        licensed("mduarte", "reviewer"),
    ),
    ShortCut(
        "second review before the content's",
        "content",
        "lchen",
        "second_after_content",
        second_without_content,
    ),
    ShortCut(
        "second review of a version nobody read, under an older one's number",
        "signoff",
        "mduarte",
        "review_of_its_version",
        old_version_stands_in,
    ),
    ShortCut(
        "second review while a signature is missing",
        "second",
        "lchen",
        "signatures_missing",
        second_with_open_slot,
        ("signatures_missing", "waits for a signature: I-864 Part 10, Rosa Ibarra"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["second"]),
        one_more_signature,
    ),
    ShortCut(
        "approval with an unanswered point",
        "content",
        "aokafor",
        "review_points_open",
        lambda hand: hand.decide(hand.review("content").id),
        ("points_open", "has unanswered points: completeness"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["content"], ("accuracy",)),
    ),
    ShortCut(
        "a sign-off approved without signing",
        "signoff",
        "aokafor",
        "signoff_needs_a_signature",
        decide("signoff"),
        ("needs_a_signature", "is a sign-off"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["signoff"]),
    ),
    ShortCut(
        "a decided review decided again",
        "second",
        "aokafor",
        "review_decided",
        lambda hand: hand.decide(hand.review("content").id),
        ("review_closed", "is approved"),
        lambda rfe, desk: desk.write(reviews.approve, rfe.reviews["content"]),
    ),
    ShortCut(
        "a point added to a decided review",
        "second",
        "aokafor",
        "point_begins_open",
        lambda hand: hand.insert(
            "review_point", review_id=hand.review("content").id, code="x", position=9, text="x"
        ),
    ),
)

SIGNING = (
    ShortCut(
        "sign-off by somebody without a licence",
        "signoff",
        "mduarte",
        "signer_not_qualified",
        paralegal_signs,
        ("not_licensed", "mduarte is neither"),
        sign_off,
    ),
    ShortCut(
        "sign-off by the preparer",
        "signoff",
        "mduarte",
        "three_person",
        sign(),
        ("three_person", "You prepared it"),
        sign_off,
        preparer_is_an_attorney,
    ),
    ShortCut(
        "sign-off by the second reviewer",
        "signoff",
        "lchen",
        "three_person",
        sign(),
        ("three_person", "You gave it its second review"),
        sign_off,
    ),
    ShortCut(
        "sign-off before the second review",
        "second",
        "aokafor",
        "gate",
        lambda hand: hand.sign(review_id=hand.add_review("signoff")),
        ("not_a_sign_off", "is a second review"),
        lambda rfe, desk: sign_off(rfe, desk, "second"),
    ),
    ShortCut(
        "sign-off under another review's number",
        "signoff",
        "aokafor",
        "sign_off_of_its_review",
        signed_elsewhere,
    ),
    ShortCut(
        "sign-off with a licence that has expired",
        "signoff",
        "aokafor",
        "signer_not_qualified",
        sign(),
        ("not_licensed", "aokafor is neither"),
        sign_off,
        by_manager(
            "UPDATE licence SET expires = '2026-11-01' WHERE person_id = (SELECT id FROM person WHERE handle = 'aokafor')"
        ),
    ),
    ShortCut(
        "sign-off with an inactive licence",
        "signoff",
        "aokafor",
        "signer_not_qualified",
        sign(),
        ("not_licensed", "aokafor is neither"),
        sign_off,
        by_manager(
            "UPDATE licence SET active = 0 WHERE person_id = (SELECT id FROM person WHERE handle = 'aokafor')"
        ),
    ),
    ShortCut(
        "sign-off with a revoked key",
        "signoff",
        "aokafor",
        "signing_key_revoked",
        sign(),
        ("no_signing_key", "has no signing key"),
        sign_off,
        revoked,
    ),
    ShortCut(
        "a revoked key brought back",
        "signoff",
        "aokafor",
        "signing_key_fixed",
        change("UPDATE signing_key SET active = 1 WHERE active = 0"),
        before=revoked,
    ),
    ShortCut("sign-off with somebody else's key", "signoff", "aokafor", "signing_key_revoked", key_of_nobody),
    ShortCut(
        "sign-off under another policy's name",
        "signoff",
        "aokafor",
        "sign_off_policy",
        sign(policy="two-person"),
    ),
    ShortCut(
        "sign-off of older bytes",
        "signoff",
        "aokafor",
        "sign_off_of_old_bytes",
        lambda hand: hand.sign(manifest_sha256=hand.manifest(1).sha256),
    ),
    ShortCut(
        "sign-off already void", "signoff", "aokafor", "sign_off_begins_live", sign(live=0, voided_us=1)
    ),
    ShortCut(
        "sign-off while a signature is missing",
        "signoff",
        "aokafor",
        "signatures_missing",
        sign(),
        ("signatures_missing", "waits for a signature: I-864 Part 10"),
        sign_off,
        one_more_signature,
    ),
)

LEAVING = (
    ShortCut(
        "ship without a sign-off",
        "signoff",
        "mduarte",
        "not_signed_off",
        shipped_as(),
        ("not_signed_off", "has no live sign-off of these very pages"),
        ship,
    ),
    ShortCut(
        "ship with a voided sign-off",
        "signed",
        "mduarte",
        "not_signed_off",
        shipped_as(),
        ("not_signed_off", "has no live sign-off of these very pages"),
        ship,
        voided,
    ),
    ShortCut(
        "ship while a signature is missing",
        "signed",
        "mduarte",
        "signatures_missing",
        shipped_as(),
        ("signatures_missing", "waits for a signature: I-864 Part 10"),
        ship,
        one_more_signature,
    ),
    ShortCut("ship what was not signed", "signed", "mduarte", "not_signed_off", first_hash),
    ShortCut(
        "deliver before shipping",
        "signed",
        "mduarte",
        "filing_begins_shipped",
        shipped_as(state="delivered", delivered_us=1),
        ("not_shipped", "has not left the firm"),
        lambda rfe, desk: desk.write(filings.deliver, rfe.packet),
    ),
    ShortCut(
        "delivered before it left",
        "shipped",
        "mduarte",
        "delivered_after_it_left",
        change("UPDATE filing SET state = 'delivered', delivered_us = shipped_us - 1"),
        ("delivery_time", "arrived after it left"),
        lambda rfe, desk: desk.write(filings.deliver, rfe.packet, on=rfe.firm.clock.now().replace(year=2025)),
    ),
    ShortCut(
        "an earlier delivery, afterwards",
        "delivered",
        "mduarte",
        "filing_final",
        change("UPDATE filing SET delivered_us = delivered_us - 1"),
    ),
    ShortCut(
        "deadline met before delivery",
        "shipped",
        "mduarte",
        "met_at_delivery",
        change("UPDATE deadline SET state = 'met', met_on = '2026-12-01'"),
        ("met_at_delivery", "shipped is not received"),
        lambda rfe, desk: desk.write(deadlines.met, due(rfe)),
    ),
    ShortCut(
        "deadline met before there is a packet",
        "drafting",
        "mduarte",
        "met_at_delivery",
        change("UPDATE deadline SET state = 'met', met_on = '2026-12-01'"),
        ("met_at_delivery", "Shipped is not received"),
        lambda rfe, desk: desk.write(deadlines.met, due(rfe)),
    ),
    ShortCut(
        "a second filing",
        "shipped",
        "mduarte",
        "already_there",
        shipped_as(),
        ("already_shipped", "has left the firm already"),
        ship,
    ),
    ShortCut(
        "a new state after shipping",
        "shipped",
        "mduarte",
        "already_shipped",
        lambda hand: hand.add_manifest(),
        ("already_shipped", "has left the firm"),
        lambda rfe, desk: desk.write(signatures.add, rfe.packet, "I-864", "Part 10", "Rosa Ibarra"),
    ),
    ShortCut("a page added to a paper", "signed", "mduarte", "bytes_complete", chunk_added),
    ShortCut("a document added to a reviewed list", "signed", "mduarte", "manifest_reviewed", line_added),
    ShortCut(
        "a paper slipped into a reviewed version",
        "second",
        "mduarte",
        "only_scans_join_a_version",
        paper_slipped_in,
    ),
    ShortCut(
        "a signature moved to another packet",
        "signing",
        "mduarte",
        "slot_fixed",
        change("UPDATE signature_slot SET person = 'Somebody else'"),
    ),
    ShortCut(
        "a packet taken from its deadline",
        "shipped",
        "mduarte",
        "not_allowed",
        change("UPDATE packet SET deadline_id = NULL"),
        local="written_once",
    ),
)

WORK = (
    ShortCut(
        "a message released by a paralegal",
        "received",
        "mduarte",
        "attorney_releases",
        release("mduarte"),
        ("not_licensed", "to the client takes an attorney"),
        lambda rfe, desk: desk.write(messages.approve, held(rfe)),
    ),
    ShortCut(
        "a released message rewritten",
        "received",
        "mduarte",
        "message_released",
        change("UPDATE message SET body = 'Pay at once.'"),
        before=released,
    ),
    ShortCut(
        "a message that needs no attorney any more",
        "received",
        "mduarte",
        "not_allowed",
        change("UPDATE message SET release = 'staff'"),
        local="attorney_releases",
    ),
    ShortCut(
        "reserved work given to a paralegal",
        "received",
        "inovak",
        "reserved_to_a_licence",
        reserved_to_me,
        ("reserved", "is reserved to attorneys and accredited representatives; mduarte is neither"),
        lambda rfe, desk: desk.write(tasks.reassign, rfe.triage, to="mduarte", reason="busy"),
    ),
    ShortCut(
        "a reserved step ticked by a paralegal",
        "received",
        "mduarte",
        "reserved_to_a_licence",
        lambda hand: item(hand, hand.rfe.triage, "done"),
        ("not_licensed", "is a reserved step and takes an attorney"),
        lambda rfe, desk: desk.write(tasks.tick, rfe.triage, "complexity", note="simple"),
    ),
    ShortCut(
        "a reserved step waived by a manager",
        "received",
        "inovak",
        "reserved_to_a_licence",
        lambda hand: item(hand, hand.rfe.triage, "waived"),
        ("not_allowed", "takes an attorney or a manager"),
        lambda rfe, desk: desk.write(tasks.waive, rfe.triage, "complexity", reason="no time"),
    ),
    ShortCut(
        "a step waived by a paralegal",
        "drafting",
        "mduarte",
        "waived_by_who_may",
        lambda hand: item(hand, hand.rfe.drafting, "waived"),
        ("not_allowed", "Waiving 'evidence-1' takes an attorney or a manager"),
        lambda rfe, desk: desk.write(tasks.waive, rfe.drafting, "evidence-1", reason="no time"),
    ),
    ShortCut(
        "a checklist made shorter",
        "drafting",
        "mduarte",
        "not_allowed",
        change("UPDATE task_item SET required = 0"),
        local="item_fixed",
    ),
    ShortCut(
        "a task done with open items",
        "received",
        "mduarte",
        "items_open",
        lambda hand: hand.run(
            "UPDATE task SET state = 'done', done_by = :p WHERE id = :t",
            p=hand.me,
            t=hand.task(hand.rfe.intake).id,
        ),
        ("items_open", "has open items: dates"),
        lambda rfe, desk: desk.write(tasks.complete, rfe.intake),
    ),
    ShortCut(
        "a strategy note by a paralegal",
        "received",
        "mduarte",
        "strategy_by_an_attorney",
        strategy("mduarte"),
        ("not_licensed", "A strategy note takes an attorney"),
        lambda rfe, desk: desk.write(notes.strategy, rfe.matter, "Concede nothing."),
    ),
    ShortCut(
        "a paralegal as the matter's attorney",
        "received",
        "mduarte",
        "matter_attorney",
        attorney_of_the_matter,
    ),
    ShortCut(
        "a looser policy, unsigned",
        "opened",
        "jreyes",
        "loosening_unsigned",
        loosen(),
        ("loosening_unsigned", "takes an attorney's signature"),
        lambda rfe, desk: desk.write(policy.change, "two-person", reason="fewer of us"),
    ),
    ShortCut(
        "a looser policy under words that are no signature",
        "opened",
        "mduarte",
        "loosening_unsigned",
        loosen(signature="trust me", licence_kind="attorney"),
    ),
    ShortCut(
        "a looser policy that says it is none",
        "opened",
        "inovak",
        "policy_in_order",
        loosen(eyes_before=2),
    ),
)

NAMES = (
    ShortCut(
        "a review in the attorney's name",
        "content",
        "lchen",
        "not_your_name",
        decide("content", by="aokafor"),
        local=None,
    ),
    ShortCut(
        "a sign-off in the attorney's name",
        "signoff",
        "jreyes",
        "not_allowed",
        sign(signer="aokafor"),
        local=None,
    ),
    ShortCut(
        "a shipment in another's name",
        "signed",
        "bcole",
        "not_allowed",
        lambda hand: hand.ship(shipped_by=hand.person("mduarte")),
        local=None,
    ),
    ShortCut("a note in another's name", "opened", "mduarte", "not_allowed", note_as_another, local=None),
    ShortCut(
        "a strategy note in the attorney's name",
        "opened",
        "mduarte",
        "not_allowed",
        strategy("aokafor"),
        local=None,
    ),
    ShortCut(
        "a paper received by another", "opened", "mduarte", "not_allowed", document_as_another, local=None
    ),
    ShortCut(
        "a draft handed in by another",
        "content",
        "bcole",
        "not_allowed",
        lambda hand: hand.add_draft(
            hand.packet().id, hand.packet().task_id, 2, submitted_by=hand.person("mduarte")
        ),
        local=None,
    ),
    ShortCut(
        "an event of another's making", "opened", "mduarte", "not_allowed", event_as_another, local=None
    ),
    ShortCut(
        "a release in the attorney's name",
        "received",
        "mduarte",
        "not_your_name",
        release("aokafor"),
        local=None,
    ),
    ShortCut(
        "a reserved step ticked in the attorney's name",
        "received",
        "mduarte",
        "not_your_name",
        lambda hand: item(hand, hand.rfe.triage, "done", by="aokafor"),
        local=None,
    ),
    ShortCut(
        "a task finished in another's name",
        "received",
        "mduarte",
        "not_your_name",
        task_done_as_another,
        local=None,
    ),
    ShortCut(
        "a role for oneself",
        "opened",
        "tfinn",
        "not_allowed",
        role_for_myself,
        ("not_allowed", "Giving a role is for a manager"),
        lambda rfe, desk: desk.write(people.role, "tfinn", "managing_partner"),
        local=None,
    ),
    ShortCut("a licence for oneself", "opened", "tfinn", "not_allowed", licence_for_myself, local=None),
    ShortCut(
        "a licence brought back",
        "opened",
        "tfinn",
        "not_allowed",
        change("UPDATE licence SET active = 1"),
        local=None,
    ),
    ShortCut(
        "a colleague sent away",
        "opened",
        "tfinn",
        "not_allowed",
        change("UPDATE person SET active = 0 WHERE handle = 'aokafor'"),
        ("not_allowed", "is for a manager"),
        lambda rfe, desk: desk.write(people.leave, "aokafor"),
        local=None,
    ),
    ShortCut(
        "somebody else's wrapped key",
        "opened",
        "mduarte",
        "not_allowed",
        change("SELECT wrapped FROM signing_key"),
        local=None,
    ),
    ShortCut(
        "a login for a friend",
        "opened",
        "tfinn",
        "not_allowed",
        change("SELECT casedesk_add_login('bcole', 'SCRAM-SHA-256$x', ARRAY['casedesk_attorney'])"),
        local=None,
    ),
    ShortCut("the service login signs", "signoff", "desk", "not_allowed", sign(signer="aokafor"), local=None),
    ShortCut("the service login ships", "signed", "desk", "not_allowed", shipped_as(), local=None),
    ShortCut(
        "the service login reviews",
        "content",
        "desk",
        "not_allowed",
        decide("content", by="aokafor"),
        local=None,
    ),
    ShortCut(
        "a false entry in a matter's trail", "opened", "mduarte", "foreign_stream", foreign_stream, local=None
    ),
    ShortCut(
        "an entry in another person's trail",
        "opened",
        "mduarte",
        "foreign_stream",
        somebody_elses_stream,
        local=None,
    ),
)

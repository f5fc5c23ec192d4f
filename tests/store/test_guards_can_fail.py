"""No guard is dead: with just one of them gone, the very step it forbids goes through, or the named other layer stops it.

On SQLite, where a trigger is dropped and the whole attempt rolled back in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from casedesk.models.enums import ReviewPolicy
from casedesk.store import guards
from casedesk.store.guards import Guard
from casedesk.store.guards.gate import GATE
from casedesk.store.guards.keys import KEYS_OF_SIGNERS
from casedesk.store.guards.work import WORK
from tests.security import short_cuts as cuts
from tests.security.short_cuts import by_manager
from tests.support.raw import Raw, attempt, new_id, raw
from tests.support.rfe import Rfe, sqlite_stage

GROUPS = (*GATE, *KEYS_OF_SIGNERS, *WORK)


@dataclass(frozen=True)
class Case:
    """`without` is what happens when the guard is gone: "done", or the code of the layer behind it."""

    stage: str
    who: str
    step: Callable[[Raw], object]
    before: Callable[[Rfe], object] | None = None
    policy: ReviewPolicy = ReviewPolicy.THREE_PERSON
    without: str = "done"


def expired(handle: str) -> Callable[[Rfe], object]:
    return by_manager(
        "UPDATE licence SET expires = '2026-11-01' WHERE person_id = (SELECT id FROM person WHERE handle = :h)",
        h=handle,
    )


def begins_approved(hand: Raw) -> None:
    licence = hand.licence("aokafor")
    hand.add_review(
        "content",
        points=False,
        state="approved",
        decided_by=hand.me,
        decided_us=hand.now,
        licence_id=licence.id,
        licence_kind=licence.kind,
    )


def no_points(hand: Raw) -> None:
    hand.decide(hand.add_review("content", points=False))


def content_of_old_bytes(hand: Raw) -> None:
    hand.add_manifest()
    hand.answer(hand.review("content").id)
    hand.decide(hand.review("content").id)


def second_first(hand: Raw) -> None:
    hand.run(
        "UPDATE signature_slot SET state = 'back', document_id = :d", d=hand.manifest().assembled_document_id
    )
    cuts.second_without_content(hand)


def too_soon(hand: Raw) -> None:
    review = hand.review("second").id
    hand.answer(review)
    hand.decide(review, decided_us=hand.manifest().assembled_us + 29 * 60 * 1_000_000)


def signs_older_bytes(hand: Raw) -> None:
    before = hand.manifest()
    hand.add_manifest()
    hand.sign(manifest_sha256=before.sha256, assembled_us=before.assembled_us)


def content_of_version_one(hand: Raw) -> None:
    """Version 2 goes through every review; the sign-off names the content review of version 1."""
    old, packet = hand.review("content"), hand.packet()
    hand.add_draft(packet.id, packet.task_id, 2)
    hand.add_manifest(version=2, preparer_id=hand.me)
    for kind, by in (("content", "aokafor"), ("second", "lchen")):
        review = hand.add_review(kind, opened_us=hand.now + 1)
        hand.answer(review)
        hand.decide(review, by=by)
    hand.add_review("signoff", opened_us=hand.now + 1)
    hand.sign(signer="aokafor", content_review_id=old.id)


def second_person_comes(hand: Raw) -> None:
    hand.insert("person", id=new_id(), handle="new", name="New Person", created_us=hand.now)
    hand.sign()


def unsigned_review(hand: Raw) -> None:
    """A sign-off is written, its review never approved."""
    hand.sign()
    hand.ship()


def reserved_task(hand: Raw) -> None:
    row = dict(hand.task(hand.rfe.triage)._mapping)
    hand.insert("task", **{**row, "id": new_id(), "ref": "T-BYHAND", "owner_id": hand.person("mduarte")})


def item_done_at_once(hand: Raw) -> None:
    hand.insert(
        "task_item",
        id=new_id(),
        task_id=hand.task(hand.rfe.intake).id,
        position=9,
        code="x",
        text="x",
        state="done",
        done_by=hand.me,
    )


def message_approved_at_once(hand: Raw) -> None:
    hand.insert(
        "message",
        id=new_id(),
        ref="MS-X",
        matter_id=hand.matter(),
        recipient="Rosa",
        template="x",
        subject="x",
        body="x",
        state="approved",
        approved_by=hand.person("aokafor"),
        created_us=hand.now,
    )


def new_attorney(hand: Raw) -> None:
    hand.run("DELETE FROM matter_owner WHERE kind = 'lead_attorney'")
    hand.insert("matter_owner", matter_id=hand.matter(), kind="lead_attorney", person_id=hand.me)


def audit_gap(hand: Raw) -> None:
    last = hand.one("SELECT stream, seq FROM audit ORDER BY seq DESC LIMIT 1")
    hand.insert(
        "audit",
        stream=last.stream,
        seq=last.seq + 2,
        prev="x",
        hash="y",
        at_us=1,
        actor="mduarte",
        action="x",
        subject="x",
        payload="{}",
    )


def point_of_a_decided_review(hand: Raw) -> None:
    hand.answer(hand.review("content").id, "no")


OWN_WORD: dict[str, object] = {"active": 1, "cosigned_us": 1, "cosign_statement": "{}", "cosignature": "00"}


def own_word(hand: Raw, **bent: object) -> str:
    """A key that signs at once, on its own person's word."""
    return hand.enrol(**{**OWN_WORD, "cosigned_by": hand.me, **bent})


def key_waits(rfe: Rfe, who: str, *, licence: bool = True, revoked: bool = False) -> str:
    if licence:
        cuts.licensed(who, "attorney")(rfe)
    with raw(rfe, who, keep=True) as hand:
        key = hand.enrol()
        if revoked:
            hand.run("UPDATE signing_key SET revoked_us = 1 WHERE key_id = :k", k=key)
    return key


def confirms(hand: Raw) -> object:
    return hand.confirm(hand.value("SELECT key_id FROM signing_key WHERE active = 0"))


def turned_over(hand: Raw) -> object:
    return own_word(
        hand, replaces=hand.value("SELECT key_id FROM signing_key WHERE person_id = :p", p=hand.me)
    )


def partly_accredited(rfe: Rfe) -> None:
    """Her accreditation ends at DHS, and the matter is before the court."""
    with raw(rfe, "inovak", keep=True) as hand:
        hand.insert(
            "licence",
            id=77,
            person_id=hand.person("aokafor"),
            kind="accredited_representative",
            scope="dhs",
        )
        form = dict(hand.one("SELECT * FROM form LIMIT 1")._mapping)
        hand.insert("form", **{**form, "id": new_id(), "form": "EOIR-42B", "receipt_number": None})


def behind_a_wall(hand: Raw) -> None:
    matter = hand.matter()
    hand.insert(
        "wall", id=5, ref="W-X", matter_id=matter, reason="x", opened_us=1, opened_by=hand.person("jreyes")
    )
    hand.run("UPDATE matter SET guarded = 1 WHERE id = :m", m=matter)
    hand.sign()


CASES: dict[tuple[str, str, str], Case] = {
    ("review", "INSERT", "review_opens_open"): Case("content", "aokafor", begins_approved),
    ("review", "INSERT", "review_of_its_version"): Case("signoff", "mduarte", cuts.old_version_stands_in),
    ("review", "UPDATE", "review_decided"): Case(
        "second", "aokafor", lambda hand: hand.decide(hand.review("content").id)
    ),
    ("review", "UPDATE", "review_by_a_licence"): Case(
        "content", "aokafor", cuts.decide("content"), expired("aokafor")
    ),
    ("review", "UPDATE", "review_points_open"): Case(
        "content", "aokafor", lambda hand: hand.decide(hand.review("content").id)
    ),
    ("review", "UPDATE", "review_has_points"): Case("content", "aokafor", no_points),
    ("review", "UPDATE", "review_of_old_bytes"): Case("content", "aokafor", content_of_old_bytes),
    ("review", "UPDATE", "reviewer_is_preparer"): Case(
        "second", "mduarte", cuts.decide("second"), cuts.licensed("mduarte", "reviewer")
    ),
    ("review", "UPDATE", "second_after_content"): Case("content", "lchen", second_first),
    ("review", "UPDATE", "signatures_missing"): Case(
        "second", "lchen", cuts.second_with_open_slot, cuts.one_more_signature
    ),
    ("review", "UPDATE", "second_pass_too_soon"): Case(
        "second", "aokafor", too_soon, policy=ReviewPolicy.SOLE
    ),
    ("review", "UPDATE", "signoff_needs_a_signature"): Case("signoff", "aokafor", cuts.decide("signoff")),
    ("review_point", "UPDATE", "review_decided"): Case("second", "aokafor", point_of_a_decided_review),
    ("review_point", "INSERT", "point_begins_open"): Case(
        "content",
        "aokafor",
        lambda hand: hand.insert(
            "review_point",
            review_id=hand.review("content").id,
            code="x",
            position=9,
            text="x",
            answer="yes",
        ),
    ),
    ("sign_off", "INSERT", "sign_off_begins_live"): Case(
        "signoff", "aokafor", cuts.sign(live=0, voided_us=1)
    ),
    ("sign_off", "INSERT", "sign_off_of_old_bytes"): Case("signoff", "aokafor", signs_older_bytes),
    ("sign_off", "INSERT", "sign_off_of_its_review"): Case("signoff", "aokafor", cuts.signed_elsewhere),
    ("sign_off", "INSERT", "content_of_this_version"): Case("signoff", "mduarte", content_of_version_one),
    ("sign_off", "INSERT", "sign_off_policy"): Case("signoff", "aokafor", cuts.sign(policy="two-person")),
    ("sign_off", "INSERT", "signer_not_qualified"): Case(
        "signoff", "aokafor", cuts.sign(), expired("aokafor")
    ),
    ("sign_off", "INSERT", "signing_key_revoked"): Case("signoff", "aokafor", cuts.sign(), cuts.revoked),
    ("sign_off", "INSERT", "signatures_missing"): Case(
        "signoff", "aokafor", cuts.sign(), cuts.one_more_signature
    ),
    ("sign_off", "INSERT", "sole_is_one_person"): Case(
        "signoff", "aokafor", second_person_comes, policy=ReviewPolicy.SOLE
    ),
    ("sign_off", "UPDATE", "sign_off_final"): Case(
        "signed", "aokafor", cuts.change("UPDATE sign_off SET statement = '{}'")
    ),
    ("sign_off", "INSERT", "beyond_accreditation"): Case(
        "signoff",
        "aokafor",
        cuts.sign(licence_id=77, licence_kind="accredited_representative"),
        partly_accredited,
    ),
    ("sign_off", "INSERT", "signer_walled_off"): Case("signoff", "aokafor", behind_a_wall),
    # A key that waits is not in force either.
    ("sign_off", "INSERT", "signing_key_waits"): Case(
        "signoff", "aokafor", lambda hand: hand.sign(key_id=hand.enrol()), without="signing_key_revoked"
    ),
    ("signing_key", "INSERT", "signing_key_begins"): Case(
        "opened", "aokafor", lambda hand: hand.enrol(revoked_us=1)
    ),
    ("signing_key", "INSERT", "key_not_cosigned"): Case(
        "opened",
        "mduarte",
        lambda hand: hand.enrol(active=1),
        cuts.licensed("mduarte", "attorney"),
    ),
    ("signing_key", "INSERT", "key_not_licensed"): Case("opened", "aokafor", turned_over, expired("aokafor")),
    ("signing_key", "INSERT", "one_key_in_force"): Case(
        "opened", "aokafor", own_word, policy=ReviewPolicy.SOLE
    ),
    ("signing_key", "UPDATE", "signing_key_fixed"): Case(
        "opened", "aokafor", confirms, lambda rfe: key_waits(rfe, "mduarte", revoked=True)
    ),
    ("signing_key", "UPDATE", "key_not_cosigned"): Case(
        "opened", "mduarte", confirms, lambda rfe: key_waits(rfe, "mduarte")
    ),
    ("signing_key", "UPDATE", "key_not_licensed"): Case(
        "opened", "aokafor", confirms, lambda rfe: key_waits(rfe, "tfinn", licence=False)
    ),
    ("signing_key", "UPDATE", "one_key_in_force"): Case(
        "opened", "lchen", confirms, lambda rfe: key_waits(rfe, "aokafor", licence=False)
    ),
    ("filing", "INSERT", "filing_begins_shipped"): Case(
        "signed", "mduarte", cuts.shipped_as(state="delivered", delivered_us=1)
    ),
    ("filing", "INSERT", "not_signed_off"): Case("signoff", "aokafor", unsigned_review),
    ("filing", "INSERT", "signatures_missing"): Case(
        "signed", "mduarte", cuts.shipped_as(), cuts.one_more_signature
    ),
    ("filing", "UPDATE", "filing_final"): Case(
        "delivered", "mduarte", cuts.change("UPDATE filing SET delivered_us = delivered_us - 1")
    ),
    ("filing", "UPDATE", "delivered_after_it_left"): Case(
        "shipped",
        "mduarte",
        cuts.change("UPDATE filing SET state = 'delivered', delivered_us = shipped_us - 1"),
    ),
    ("signature_slot", "UPDATE", "slot_fixed"): Case(
        "signing", "mduarte", cuts.change("UPDATE signature_slot SET person = 'Somebody else'")
    ),
    ("manifest_document", "INSERT", "manifest_reviewed"): Case("signed", "mduarte", cuts.line_added),
    ("manifest_document", "INSERT", "only_scans_join_a_version"): Case(
        "second", "mduarte", cuts.paper_slipped_in
    ),
    ("blob_chunk", "INSERT", "bytes_complete"): Case("signed", "mduarte", cuts.chunk_added),
    # A new state voids the sign-off, and the filing's own key holds the sign-off live.
    ("manifest", "INSERT", "already_shipped"): Case(
        "shipped", "mduarte", lambda hand: hand.add_manifest(), without="gate"
    ),
    ("manifest", "INSERT", "manifest_in_order"): Case(
        "signed", "mduarte", lambda hand: hand.add_manifest(seq=9)
    ),
    ("draft", "INSERT", "items_open"): Case("drafting", "mduarte", cuts.draft_with_open_items),
    ("draft", "INSERT", "draft_of_its_task"): Case("drafting", "mduarte", cuts.draft_on_another_task),
    ("deadline", "UPDATE", "met_at_delivery"): Case(
        "shipped", "mduarte", cuts.change("UPDATE deadline SET state = 'met', met_on = '2026-12-01'")
    ),
    ("deadline", "UPDATE", "date_fixed"): Case(
        "received", "mduarte", cuts.change("UPDATE deadline SET agency_due = '2099-01-01'")
    ),
    ("deadline", "UPDATE", "met_stays_met"): Case(
        "delivered",
        "mduarte",
        cuts.change("UPDATE deadline SET state = 'open', met_us = NULL, met_on = NULL"),
    ),
    ("task", "INSERT", "reserved_to_a_licence"): Case("received", "mduarte", reserved_task),
    ("task", "UPDATE", "reserved_to_a_licence"): Case("received", "inovak", cuts.reserved_to_me),
    ("task", "UPDATE", "items_open"): Case(
        "received",
        "mduarte",
        lambda hand: hand.run(
            "UPDATE task SET state = 'done' WHERE id = :t", t=hand.task(hand.rfe.intake).id
        ),
    ),
    ("task_item", "INSERT", "item_begins_open"): Case("received", "mduarte", item_done_at_once),
    ("task_item", "UPDATE", "item_fixed"): Case(
        "drafting", "mduarte", cuts.change("UPDATE task_item SET required = 0")
    ),
    ("task_item", "UPDATE", "reserved_to_a_licence"): Case(
        "received",
        "mduarte",
        lambda hand: cuts.item(hand, hand.rfe.triage, "done"),
        without="beyond_accreditation",
    ),
    ("task_item", "UPDATE", "waived_by_who_may"): Case(
        "drafting", "mduarte", lambda hand: cuts.item(hand, hand.rfe.drafting, "waived")
    ),
    ("message", "INSERT", "message_begins_held"): Case("received", "mduarte", message_approved_at_once),
    ("message", "UPDATE", "attorney_releases"): Case("received", "mduarte", cuts.release("mduarte")),
    ("message", "UPDATE", "message_released"): Case(
        "received", "mduarte", cuts.change("UPDATE message SET body = 'Pay at once.'"), cuts.released
    ),
    ("strategy_note", "INSERT", "strategy_by_an_attorney"): Case(
        "received", "mduarte", cuts.strategy("mduarte"), without="beyond_accreditation"
    ),
    ("matter_owner", "INSERT", "matter_attorney"): Case("received", "mduarte", new_attorney),
    ("matter_owner", "UPDATE", "matter_attorney"): Case("received", "mduarte", cuts.attorney_of_the_matter),
    ("firm_policy", "INSERT", "loosening_unsigned"): Case(
        "opened", "mduarte", cuts.loosen(signature="trust me", licence_kind="attorney")
    ),
    ("firm_policy", "INSERT", "policy_in_order"): Case("opened", "inovak", cuts.loosen(eyes_before=2)),
    ("audit", "INSERT", "audit_in_order"): Case("opened", "mduarte", audit_gap),
}


def trigger_of(guard: Guard) -> str:
    same = [g for g in guards.all_guards() if (g.table, g.event) == (guard.table, guard.event)]
    return f"guard_{guard.table}_{guard.event.lower()}_{same.index(guard)}"


@pytest.mark.parametrize("guard", GROUPS, ids=[f"{g.table}-{g.event}-{g.code}".lower() for g in GROUPS])
def test_the_step_goes_through_when_just_this_guard_is_gone(guard: Guard, tmp_path: Path) -> None:
    case = CASES[guard.table, guard.event, guard.code]
    rfe = sqlite_stage(case.stage, tmp_path, case.policy)
    if case.before is not None:
        case.before(rfe)

    def unguarded(hand: Raw) -> object:
        hand.run(f"DROP TRIGGER {trigger_of(guard)}")
        return case.step(hand)

    try:
        assert attempt(rfe, case.who, case.step) == guard.code
        assert attempt(rfe, case.who, unguarded) == case.without
        assert attempt(rfe, case.who, case.step) == guard.code
    finally:
        rfe.firm.close()


def test_every_guard_of_these_groups_has_a_case() -> None:
    assert {(g.table, g.event, g.code) for g in GROUPS} == set(CASES)


@pytest.mark.parametrize("table", sorted(guards.KEYS))
def test_a_row_is_not_replaced(table: str, tmp_path: Path) -> None:
    """SQLite's REPLACE takes the old row away without asking the guard against deletion."""
    rfe = sqlite_stage("delivered", tmp_path)
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"
    try:
        assert attempt(rfe, "mduarte", lambda hand: hand.run(statement)) != "done"
        with raw(rfe, "mduarte") as hand:
            assert hand.value(f"SELECT count(*) FROM {table}") > 0 or table in EMPTY
    finally:
        rfe.firm.close()


EMPTY = (
    "strategy_note",
    "note",
    "call",
    "rule_set",
    "seal",
    "seal_head",
    "export_record",
    "conflict_hit",
    "training",
    "document_key",
    "wall",
    "erasure",
    "legal_hold",
    "firm_setting",
    "rule_install",
    "triage",
    "status_check",
    "visa_bulletin",
    "invitation",
    "worker_gap",
)
"""What this story does not fill; the statement is tried all the same."""

"""Guards of the gate: reviews, sign-offs, packets, filings, and the dates they meet."""

from __future__ import annotations

from casedesk.models.gate_rules import DHS
from casedesk.store.guards.said import CHUNK, COURT, POLICY, Consequence, Guard

_LATEST = "(SELECT m.sha256 FROM manifest m WHERE m.packet_id = NEW.packet_id ORDER BY m.seq DESC LIMIT 1)"
_PREPARER = "(SELECT m.preparer_id FROM manifest m WHERE m.packet_id = NEW.packet_id AND m.sha256 = NEW.manifest_sha256)"
_OPEN_SLOTS = (
    "EXISTS (SELECT 1 FROM signature_slot s WHERE s.packet_id = NEW.packet_id AND s.state <> 'back')"
)
_IN_VERSION = (
    "(SELECT m.version FROM manifest m WHERE m.packet_id = NEW.packet_id AND m.sha256 = NEW.manifest_sha256)"
)
_OTHER_MATTER = "NEW.matter_id <> (SELECT k.matter_id FROM packet k WHERE k.id = NEW.packet_id)"
_DECIDES = "OLD.state = 'open' AND NEW.state IN ('approved', 'returned')"
_APPROVES = "OLD.state = 'open' AND NEW.state = 'approved'"

_REVIEW = (
    Guard("review", "INSERT", "review_opens_open", "A review begins open.", "NEW.state <> 'open'"),
    Guard(
        "review",
        "INSERT",
        "review_of_its_version",
        "A review is of the version whose pages it names.",
        f"NEW.version <> {_IN_VERSION} OR {_OTHER_MATTER}",
    ),
    Guard(
        "review",
        "UPDATE",
        "review_decided",
        "A decided review is never changed.",
        "OLD.state <> 'open' OR NEW.packet_id <> OLD.packet_id OR NEW.manifest_sha256 <> OLD.manifest_sha256"
        " OR NEW.kind <> OLD.kind OR NEW.version <> OLD.version",
    ),
    Guard(
        "review",
        "UPDATE",
        "review_by_a_licence",
        "A review needs a reviewer whose licence or reviewer training is live.",
        f"{_DECIDES} AND NOT EXISTS (SELECT 1 FROM licence l WHERE l.id = NEW.licence_id"
        " AND l.person_id = NEW.decided_by AND l.active = 1"
        " AND (l.expires IS NULL OR l.expires >= {day:NEW.decided_us}))",
    ),
    Guard(
        "review",
        "UPDATE",
        "review_points_open",
        "Every point is answered yes before a review is approved.",
        f"{_APPROVES} AND EXISTS (SELECT 1 FROM review_point q WHERE q.review_id = NEW.id"
        " AND (q.answer IS NULL OR q.answer <> 'yes'))",
    ),
    Guard(
        "review",
        "UPDATE",
        "review_has_points",
        "A review answers the playbook's points.",
        f"{_APPROVES} AND NOT EXISTS (SELECT 1 FROM review_point q WHERE q.review_id = NEW.id)",
    ),
    Guard(
        "review",
        "UPDATE",
        "review_of_old_bytes",
        "The packet has changed since; review its newest version.",
        f"{_APPROVES} AND NEW.manifest_sha256 <> {_LATEST}",
    ),
    Guard(
        "review",
        "UPDATE",
        "reviewer_is_preparer",
        "Whoever prepared a packet does not review it.",
        f"{_APPROVES} AND {POLICY} = 'three-person' AND NEW.decided_by = {_PREPARER}",
    ),
    Guard(
        "review",
        "UPDATE",
        "second_after_content",
        "The second review comes after an attorney's OK for signature.",
        f"{_APPROVES} AND NEW.kind = 'second' AND NOT EXISTS (SELECT 1 FROM review c WHERE"
        " c.packet_id = NEW.packet_id AND c.kind = 'content' AND c.state = 'approved' AND c.version = NEW.version)",
    ),
    Guard(
        "review",
        "UPDATE",
        "signatures_missing",
        "A packet is reviewed again when every signature is back.",
        f"{_APPROVES} AND NEW.kind IN ('second', 'signoff') AND {_OPEN_SLOTS}",
    ),
    Guard(
        "review",
        "UPDATE",
        "second_pass_too_soon",
        "In a one-person firm the second pass comes at least thirty minutes after the packet was assembled.",
        f"{_APPROVES} AND NEW.kind = 'second' AND {POLICY} = 'sole' AND NEW.decided_us < 1800000000 +"
        " (SELECT m.assembled_us FROM manifest m WHERE m.packet_id = NEW.packet_id AND m.sha256 = NEW.manifest_sha256)",
    ),
    Guard(
        "review",
        "UPDATE",
        "signoff_needs_a_signature",
        "A sign-off is approved by signing it.",
        f"{_APPROVES} AND NEW.kind = 'signoff' AND NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.review_id = NEW.id"
        " AND s.live = 1 AND s.signer_id = NEW.decided_by)",
    ),
    Guard(
        "review_point",
        "UPDATE",
        "review_decided",
        "A decided review is never changed.",
        "NEW.review_id <> OLD.review_id OR NEW.code <> OLD.code"
        " OR EXISTS (SELECT 1 FROM review v WHERE v.id = OLD.review_id AND v.state <> 'open')",
    ),
    Guard(
        "review_point",
        "INSERT",
        "point_begins_open",
        "A point is put to an open review, unanswered.",
        "NEW.answer IS NOT NULL OR EXISTS (SELECT 1 FROM review v WHERE v.id = NEW.review_id AND v.state <> 'open')",
    ),
)

_SIGN_OFF = (
    Guard("sign_off", "INSERT", "sign_off_begins_live", "A sign-off begins live.", "NEW.live <> 1"),
    Guard(
        "sign_off",
        "INSERT",
        "sign_off_of_old_bytes",
        "The packet has changed since; sign its newest version.",
        f"NEW.manifest_sha256 <> {_LATEST}",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "sign_off_of_its_review",
        "A sign-off answers the open sign-off review of the very packet.",
        f"{_OTHER_MATTER} OR NOT EXISTS (SELECT 1 FROM review v WHERE v.id = NEW.review_id AND v.kind = 'signoff'"
        " AND v.state = 'open' AND v.packet_id = NEW.packet_id AND v.manifest_sha256 = NEW.manifest_sha256)",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "content_of_this_version",
        "A sign-off rests on an attorney's OK of this version's content.",
        f"NOT EXISTS (SELECT 1 FROM review c WHERE c.id = NEW.content_review_id AND c.version = {_IN_VERSION})",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "sign_off_policy",
        "A sign-off states the firm's review policy in force.",
        f"NEW.policy <> {POLICY}",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signer_not_qualified",
        "Only an attorney, or an accredited representative, with a live licence signs.",
        "NOT EXISTS (SELECT 1 FROM licence l JOIN person p ON p.id = l.person_id WHERE l.id = NEW.licence_id"
        " AND l.person_id = NEW.signer_id AND l.active = 1 AND p.active = 1"
        " AND l.kind IN ('attorney', 'accredited_representative')"
        " AND (l.expires IS NULL OR l.expires >= {day:NEW.signed_us}))",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "beyond_accreditation",
        "Partial accreditation is before DHS alone: a filing before the court is signed off by an attorney, or by a"
        " fully accredited representative.",
        "EXISTS (SELECT 1 FROM licence l WHERE l.id = NEW.licence_id AND l.kind = 'accredited_representative'"
        f" AND l.scope <> 'full') AND ({COURT.format(matter='NEW.matter_id')} OR NOT EXISTS (SELECT 1 FROM packet k"
        f" WHERE k.id = NEW.packet_id AND upper(k.agency) IN {DHS}))",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signer_walled_off",
        "A wall stands around that matter; nobody outside it signs.",
        "EXISTS (SELECT 1 FROM matter m WHERE m.id = NEW.matter_id AND m.guarded = 1) AND NOT EXISTS (SELECT 1"
        " FROM matter_member w WHERE w.matter_id = NEW.matter_id AND w.person_id = NEW.signer_id"
        " AND w.until_us IS NULL)",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signing_key_waits",
        "That signing key waits until another attorney confirms it.",
        "EXISTS (SELECT 1 FROM signing_key k WHERE k.key_id = NEW.key_id AND k.person_id = NEW.signer_id"
        " AND k.active = 0 AND k.revoked_us IS NULL)",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signing_key_revoked",
        "That signing key is not in force.",
        "NOT EXISTS (SELECT 1 FROM signing_key k WHERE k.key_id = NEW.key_id AND k.person_id = NEW.signer_id"
        " AND k.active = 1)",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signatures_missing",
        "A packet is signed off when every signature is back.",
        _OPEN_SLOTS,
    ),
    Guard(
        "sign_off",
        "INSERT",
        "sole_is_one_person",
        "The one-person policy ends when a second person is active.",
        "NEW.policy = 'sole' AND (SELECT count(*) FROM person p WHERE p.kind = 'staff' AND p.active = 1) <> 1",
    ),
    Guard(
        "sign_off",
        "UPDATE",
        "sign_off_final",
        "A sign-off is voided, never changed.",
        "NOT (OLD.live = 1 AND NEW.live = 0) OR NEW.manifest_sha256 <> OLD.manifest_sha256"
        " OR NEW.signature <> OLD.signature OR NEW.statement <> OLD.statement OR NEW.signer_id <> OLD.signer_id"
        " OR NEW.policy <> OLD.policy OR NEW.signed_us <> OLD.signed_us OR NEW.review_id <> OLD.review_id",
    ),
)

# A packet names the date it was made for; one that took that date's place since is answered by it as well. Every date
# of such a line names the first in `supersedes_id`.
_ANSWERS = (
    "(k.deadline_id = NEW.id OR (k.matter_id = NEW.matter_id AND k.deadline_id IN (SELECT x.id FROM deadline x"
    " WHERE x.id = NEW.supersedes_id OR (x.matter_id = NEW.matter_id AND x.supersedes_id = NEW.supersedes_id))))"
)

_FILING = (
    Guard(
        "filing",
        "INSERT",
        "filing_begins_shipped",
        "A filing begins shipped or uploaded.",
        "NEW.state NOT IN ('shipped', 'uploaded') OR NEW.delivered_us IS NOT NULL",
    ),
    Guard(
        "filing",
        "INSERT",
        "not_signed_off",
        "Nothing leaves without an attorney's live sign-off of the very bytes.",
        "NOT EXISTS (SELECT 1 FROM sign_off s WHERE s.id = NEW.sign_off_id AND s.packet_id = NEW.packet_id"
        f" AND s.manifest_sha256 = NEW.manifest_sha256 AND s.live = 1) OR NEW.manifest_sha256 <> {_LATEST}"
        " OR NOT EXISTS (SELECT 1 FROM review v JOIN sign_off s ON s.review_id = v.id WHERE s.id = NEW.sign_off_id"
        " AND v.kind = 'signoff' AND v.state = 'approved')",
    ),
    Guard(
        "filing",
        "INSERT",
        "signatures_missing",
        "A packet leaves when every signature is back.",
        f"{_OPEN_SLOTS} OR {_OTHER_MATTER}",
    ),
    Guard(
        "filing",
        "UPDATE",
        "filing_final",
        "What left the firm is never changed.",
        "NEW.packet_id <> OLD.packet_id OR NEW.manifest_sha256 <> OLD.manifest_sha256"
        " OR NEW.sign_off_id <> OLD.sign_off_id OR NEW.shipped_us <> OLD.shipped_us"
        " OR NEW.shipped_by <> OLD.shipped_by OR NEW.matter_id <> OLD.matter_id OR (OLD.delivered_us IS NOT NULL"
        " AND NEW.delivered_us IS DISTINCT FROM OLD.delivered_us)",
    ),
    Guard(
        "filing",
        "UPDATE",
        "delivered_after_it_left",
        "A packet arrives after it left.",
        "NEW.delivered_us < NEW.shipped_us OR (NEW.delivered_us IS NOT NULL AND NEW.state IN ('shipped', 'uploaded'))",
    ),
    Guard(
        "signature_slot",
        "UPDATE",
        "slot_fixed",
        "Whose signature is needed where is not changed.",
        "NEW.packet_id <> OLD.packet_id OR NEW.matter_id <> OLD.matter_id OR NEW.form <> OLD.form"
        " OR NEW.part <> OLD.part OR NEW.person <> OLD.person",
    ),
    Guard(
        "manifest_document",
        "INSERT",
        "manifest_reviewed",
        "A packet's list of documents is complete before it is reviewed.",
        "EXISTS (SELECT 1 FROM manifest m JOIN review v ON v.packet_id = m.packet_id"
        " AND v.manifest_sha256 = m.sha256 WHERE m.id = NEW.manifest_id)",
    ),
    Guard(
        "manifest_document",
        "INSERT",
        "only_scans_join_a_version",
        "Within one version only signed pages join a packet; any other paper is a new version, and is reviewed again.",
        "EXISTS (SELECT 1 FROM manifest m JOIN manifest e ON e.packet_id = m.packet_id AND e.version = m.version"
        " AND e.seq < m.seq WHERE m.id = NEW.manifest_id) AND NOT EXISTS (SELECT 1 FROM manifest m JOIN manifest e"
        " ON e.packet_id = m.packet_id AND e.version = m.version AND e.seq < m.seq JOIN manifest_document x"
        " ON x.manifest_id = e.id AND x.document_id = NEW.document_id AND x.version = NEW.version"
        " WHERE m.id = NEW.manifest_id) AND NOT EXISTS (SELECT 1 FROM document d WHERE d.id = NEW.document_id"
        " AND d.origin = 'signed')",
    ),
    Guard(
        "blob_chunk",
        "INSERT",
        "bytes_complete",
        "A paper's bytes are written once, to their end.",
        f"NEW.seq < 0 OR NEW.seq * {CHUNK} >= (SELECT d.bytes FROM document_version d WHERE d.id = NEW.version_id)",
    ),
    Guard(
        "manifest",
        "INSERT",
        "already_shipped",
        "That packet has left the firm; what changes now is a new packet.",
        "EXISTS (SELECT 1 FROM filing f WHERE f.packet_id = NEW.packet_id)",
    ),
    Guard(
        "manifest",
        "INSERT",
        "manifest_in_order",
        "A packet's states are numbered in order.",
        "NEW.seq <> 1 + COALESCE((SELECT max(m.seq) FROM manifest m WHERE m.packet_id = NEW.packet_id), 0)",
    ),
    Guard(
        "draft",
        "INSERT",
        "items_open",
        "A draft is submitted when every required item is done or waived.",
        "EXISTS (SELECT 1 FROM task_item i WHERE i.task_id = NEW.task_id AND i.required = 1 AND i.state = 'open')",
    ),
    Guard(
        "draft",
        "INSERT",
        "draft_of_its_task",
        "A draft belongs to its packet's own task.",
        "NEW.task_id <> (SELECT k.task_id FROM packet k WHERE k.id = NEW.packet_id)",
    ),
    Guard(
        "deadline",
        "UPDATE",
        "met_at_delivery",
        "Shipped is not received: a deadline is met at delivery.",
        f"NEW.state = 'met' AND OLD.state <> 'met' AND (EXISTS (SELECT 1 FROM packet k WHERE {_ANSWERS})"
        " OR EXISTS (SELECT 1 FROM notice n WHERE n.id = NEW.notice_id AND n.kind IN ('rfe', 'noid', 'noir')))"
        f" AND NOT EXISTS (SELECT 1 FROM filing f JOIN packet k ON k.id = f.packet_id WHERE {_ANSWERS}"
        " AND f.state IN ('delivered', 'receipted'))",
    ),
    Guard(
        "deadline",
        "UPDATE",
        "date_fixed",
        "A date is superseded by another one, never rewritten.",
        "NEW.agency_due <> OLD.agency_due OR NEW.internal_due <> OLD.internal_due",
    ),
    Guard(
        "deadline",
        "UPDATE",
        "met_stays_met",
        "A date that was met runs again only when the filing is rejected.",
        "OLD.state = 'met' AND NEW.state <> 'met' AND NOT EXISTS (SELECT 1 FROM filing f JOIN packet k"
        f" ON k.id = f.packet_id WHERE {_ANSWERS} AND f.state = 'rejected')",
    ),
)

GATE = (*_REVIEW, *_SIGN_OFF, *_FILING)

CONSEQUENCES_OF_THE_GATE = (
    Consequence(
        "manifest",
        "INSERT",
        "manifest_voids",
        "1 = 1",
        "UPDATE sign_off SET live = 0, voided_us = NEW.assembled_us, voided_reason = 'the packet changed'"
        " WHERE packet_id = NEW.packet_id AND live = 1",
    ),
)

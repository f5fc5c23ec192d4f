"""What the store itself refuses, said once for both stores.

A guard is a condition over NEW and OLD, written in the SQL both dialects read, and the sentence of its refusal. The
desk refuses first and more kindly; these hold when somebody reaches the store another way. On PostgreSQL the
conditions run with the owner's eyes (a person's own row policies must not hide what forbids the step); who acts is
still `session_user`, checked by the row policies in `policies.sql`.

`{day:X}` stands for the UTC date of the microseconds X.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CHUNK = 1 << 20
"""How many bytes a row of `blob_chunk` holds, the last one of a paper excepted."""

LICENSED = (
    "EXISTS (SELECT 1 FROM licence l JOIN person p ON p.id = l.person_id WHERE l.person_id = {who} AND l.active = 1"
    " AND p.active = 1 AND l.kind IN ('attorney', 'accredited_representative')"
    " AND (l.expires IS NULL OR l.expires >= {day}))"
)
MANAGER = (
    "EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = {who}"
    " AND r.role IN ('operations_manager', 'managing_partner'))"
)


def licensed(who: str, at_us: str) -> str:
    """True when `who` holds a live signing licence on the day of `at_us`."""
    return LICENSED.format(who=who, day="{day:" + at_us + "}")


@dataclass(frozen=True)
class Guard:
    """Refuses `when` holds, before `event` on `table`, with `code` and `sentence`."""

    table: str
    event: str
    code: str
    sentence: str
    when: str


_POLICY = "(SELECT f.policy FROM firm_policy f ORDER BY f.seq DESC LIMIT 1)"
_LATEST = "(SELECT m.sha256 FROM manifest m WHERE m.packet_id = NEW.packet_id ORDER BY m.seq DESC LIMIT 1)"
_PREPARER = "(SELECT m.preparer_id FROM manifest m WHERE m.packet_id = NEW.packet_id AND m.sha256 = NEW.manifest_sha256)"
_OPEN_SLOTS = (
    "EXISTS (SELECT 1 FROM signature_slot s WHERE s.packet_id = NEW.packet_id AND s.state <> 'back')"
)
_IN_VERSION = (
    "(SELECT m.version FROM manifest m WHERE m.packet_id = NEW.packet_id AND m.sha256 = NEW.manifest_sha256)"
)
_OTHER_MATTER = "NEW.matter_id <> (SELECT k.matter_id FROM packet k WHERE k.id = NEW.packet_id)"
_ATTORNEY_OF_A_MATTER = (
    "NEW.kind IN ('lead_attorney', 'supervising_attorney') AND NOT EXISTS (SELECT 1 FROM licence l JOIN person p"
    " ON p.id = l.person_id WHERE l.person_id = NEW.person_id AND l.active = 1 AND p.active = 1"
    " AND l.kind IN ('attorney', 'accredited_representative'))"
)
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
        f"{_APPROVES} AND {_POLICY} = 'three-person' AND NEW.decided_by = {_PREPARER}",
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
        f"{_APPROVES} AND NEW.kind = 'second' AND {_POLICY} = 'sole' AND NEW.decided_us < 1800000000 +"
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
        f"NEW.policy <> {_POLICY}",
    ),
    Guard(
        "sign_off",
        "INSERT",
        "signer_not_qualified",
        "Only an attorney, or an accredited representative, with a live licence signs.",
        f"NOT {licensed('NEW.signer_id', 'NEW.signed_us')} OR NOT EXISTS (SELECT 1 FROM licence l WHERE"
        " l.id = NEW.licence_id AND l.active = 1)",
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
    Guard(
        "signing_key",
        "UPDATE",
        "signing_key_fixed",
        "A signing key is revoked, never changed, and does not come back.",
        "NEW.active > OLD.active OR NEW.key_id <> OLD.key_id OR NEW.person_id <> OLD.person_id"
        " OR NEW.public_key <> OLD.public_key",
    ),
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
        "NEW.state = 'met' AND OLD.state <> 'met' AND (EXISTS (SELECT 1 FROM packet k WHERE k.deadline_id = NEW.id)"
        " OR EXISTS (SELECT 1 FROM notice n WHERE n.id = NEW.notice_id AND n.kind IN ('rfe', 'noid', 'noir')))"
        " AND NOT EXISTS (SELECT 1 FROM filing f JOIN packet k ON k.id = f.packet_id WHERE k.deadline_id = NEW.id"
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
        " ON k.id = f.packet_id WHERE k.deadline_id = NEW.id AND f.state = 'rejected')",
    ),
)

_WORK = (
    Guard(
        "task",
        "INSERT",
        "reserved_to_a_licence",
        "Reserved work belongs to someone with a licence.",
        f"NEW.reserved = 1 AND NOT {licensed('NEW.owner_id', 'NEW.created_us')}",
    ),
    Guard(
        "task",
        "UPDATE",
        "reserved_to_a_licence",
        "Reserved work belongs to someone with a licence.",
        "NEW.reserved < OLD.reserved OR (NEW.reserved = 1 AND NEW.owner_id <> OLD.owner_id AND NOT "
        f"{licensed('NEW.owner_id', 'NEW.created_us')})",
    ),
    Guard(
        "task",
        "UPDATE",
        "items_open",
        "A task is done when every required item is done or waived.",
        "NEW.state = 'done' AND OLD.state <> 'done' AND EXISTS (SELECT 1 FROM task_item i WHERE i.task_id = NEW.id"
        " AND i.required = 1 AND i.state = 'open')",
    ),
    Guard(
        "task_item",
        "INSERT",
        "item_begins_open",
        "A checklist item begins open.",
        "NEW.state <> 'open'",
    ),
    Guard(
        "task_item",
        "UPDATE",
        "item_fixed",
        "What a checklist asks is not changed.",
        "NEW.required < OLD.required OR NEW.reserved < OLD.reserved OR NEW.task_id <> OLD.task_id",
    ),
    Guard(
        "task_item",
        "UPDATE",
        "reserved_to_a_licence",
        "A reserved step is decided by someone with a licence.",
        "NEW.reserved = 1 AND NEW.state <> 'open' AND NEW.state <> OLD.state AND NOT "
        f"{licensed('NEW.done_by', 'NEW.done_us')}",
    ),
    Guard(
        "task_item",
        "UPDATE",
        "waived_by_who_may",
        "A step is waived by an attorney or a manager, with a reason.",
        "NEW.state = 'waived' AND OLD.state <> 'waived' AND NOT "
        f"({licensed('NEW.done_by', 'NEW.done_us')} OR {MANAGER.format(who='NEW.done_by')})",
    ),
    Guard(
        "message",
        "INSERT",
        "message_begins_held",
        "A message to a client begins unreleased.",
        "NEW.state <> 'awaiting_approval'",
    ),
    Guard(
        "message",
        "UPDATE",
        "attorney_releases",
        "An attorney releases every word to the client about this notice.",
        "NEW.release <> OLD.release OR (NEW.release = 'attorney' AND NEW.state = 'approved' AND OLD.state <> 'approved'"
        f" AND NOT {licensed('NEW.approved_by', 'NEW.approved_us')})",
    ),
    Guard(
        "message",
        "UPDATE",
        "message_released",
        "A released message is not rewritten.",
        "OLD.state <> 'awaiting_approval' AND (NEW.body <> OLD.body OR NEW.subject <> OLD.subject"
        " OR NEW.recipient <> OLD.recipient)",
    ),
    Guard(
        "strategy_note",
        "INSERT",
        "strategy_by_an_attorney",
        "Strategy notes are written by attorneys.",
        f"NOT {licensed('NEW.author_id', 'NEW.at_us')}",
    ),
    *(
        Guard(
            "matter_owner",
            event,
            "matter_attorney",
            "A matter's attorney has a licence.",
            _ATTORNEY_OF_A_MATTER,
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "firm_policy",
        "INSERT",
        "loosening_unsigned",
        "Loosening the review policy takes an attorney's signature.",
        "(NEW.eyes < NEW.eyes_before OR NEW.signature IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM licence l JOIN person p"
        " ON p.id = l.person_id WHERE l.id = NEW.licence_id AND l.person_id = NEW.set_by AND l.kind = 'attorney'"
        " AND l.active = 1 AND p.active = 1 AND (l.expires IS NULL OR l.expires >= {day:NEW.set_us}))",
    ),
    Guard(
        "firm_policy",
        "INSERT",
        "policy_in_order",
        "The review policy changes one step at a time, from the one in force.",
        "NEW.seq <> 1 + COALESCE((SELECT max(f.seq) FROM firm_policy f), 0) OR (NEW.seq > 1 AND NEW.eyes_before <>"
        " (SELECT f.eyes FROM firm_policy f ORDER BY f.seq DESC LIMIT 1))",
    ),
    Guard(
        "audit",
        "INSERT",
        "audit_in_order",
        "The trail grows at its end only.",
        "NEW.seq <> 1 + COALESCE((SELECT max(a.seq) FROM audit a WHERE a.stream = NEW.stream), 0)"
        " OR (NEW.seq > 1 AND NEW.prev IS DISTINCT FROM (SELECT a.hash FROM audit a WHERE a.stream = NEW.stream"
        " AND a.seq = NEW.seq - 1))",
    ),
)

IMMUTABLE = (
    "blob_chunk",
    "document_version",
    "manifest",
    "manifest_document",
    "draft",
    "decision",
    "audit",
    "strategy_note",
    "note",
    "call",
    "firm_policy",
    "packet",
    "playbook_version",
    "rule_set",
    "transition",
)
"""Written once."""

KEPT = (
    *IMMUTABLE,
    "document",
    "notice",
    "matter",
    "client",
    "party",
    "form",
    "task",
    "task_item",
    "deadline",
    "appointment",
    "message",
    "review",
    "review_point",
    "signature_slot",
    "sign_off",
    "filing",
    "event",
    "timer",
    "outbox",
    "person",
    "licence",
    "signing_key",
    "playbook_run",
    "contact_rule",
    "original_held",
    "audit_head",
)
"""Never deleted: superseded, voided, closed."""

KEYS = {
    **dict.fromkeys(IMMUTABLE, ("id",)),
    **dict.fromkeys(("review", "sign_off", "filing", "document"), ("id",)),
    "blob_chunk": ("version_id", "seq"),
    "manifest_document": ("manifest_id", "position"),
    "audit": ("stream", "seq"),
    "transition": ("machine", "before", "after"),
    "review_point": ("review_id", "code"),
    "signing_key": ("key_id",),
}
"""The key of each table whose rows no REPLACE of SQLite's may take away."""

MACHINES = {
    "task": "task",
    "review": "review",
    "slot": "signature_slot",
    "filing": "filing",
    "message": "message",
}
"""The lifecycle machine of each table that has one."""


def _transitions() -> Iterator[Guard]:
    for machine, table in MACHINES.items():
        yield Guard(
            table,
            "UPDATE",
            "no_such_step",
            f"That step does not follow in the life of a {machine}.",
            f"NEW.state <> OLD.state AND NOT EXISTS (SELECT 1 FROM transition t WHERE t.machine = '{machine}'"
            " AND t.before = OLD.state AND t.after = NEW.state)",
        )


def all_guards() -> tuple[Guard, ...]:
    """Every guard, in the order in which a row meets them."""
    never = [Guard(t, "UPDATE", "written_once", f"A row of {t} is written once.", "1 = 1") for t in IMMUTABLE]
    kept = [Guard(t, "DELETE", "kept", f"Nothing of {t} is deleted from the record.", "1 = 1") for t in KEPT]
    return (*never, *kept, *_transitions(), *_REVIEW, *_SIGN_OFF, *_FILING, *_WORK)


_DAY = re.compile(r"\{day:([A-Za-z_.]+)\}")


def _grouped() -> dict[tuple[str, str], list[Guard]]:
    groups: dict[tuple[str, str], list[Guard]] = {}
    for guard in all_guards():
        groups.setdefault((guard.table, guard.event), []).append(guard)
    return groups


def _spoken(guard: Guard) -> str:
    return f"casedesk:{guard.code}:{guard.sentence}".replace("'", "''")


def sqlite_sql() -> list[str]:
    """Statements that drop and make the guards on SQLite; one trigger a guard, refusing only.

    The last is made first: SQLite asks the youngest trigger first, and a person shall read the same refusal on both
    stores. What is refused does not hang on that order.
    """
    out: list[str] = []
    for table, key in KEYS.items():
        same = " AND ".join(f"x.{column} = NEW.{column}" for column in key)
        guard = Guard(table, "INSERT", "written_once", f"A row of {table} is written once.", "")
        out.append(f"DROP TRIGGER IF EXISTS guard_{table}_replace")
        out.append(
            f"CREATE TRIGGER guard_{table}_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} x WHERE {same})\nBEGIN SELECT RAISE(ABORT, '{_spoken(guard)}'); END"
        )
    for (table, event), guards in _grouped().items():
        for i, guard in reversed(list(enumerate(guards))):
            name = f"guard_{table}_{event.lower()}_{i}"
            when = _DAY.sub(r"strftime('%Y-%m-%d', \1 / 1000000, 'unixepoch')", guard.when)
            out.append(f"DROP TRIGGER IF EXISTS {name}")
            out.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN ({when})\n"
                f"BEGIN SELECT RAISE(ABORT, '{_spoken(guard)}'); END"
            )
    out.append("DROP TRIGGER IF EXISTS manifest_voids")
    out.append(
        "CREATE TRIGGER manifest_voids AFTER INSERT ON manifest BEGIN\n"
        "UPDATE sign_off SET live = 0, voided_us = NEW.assembled_us, voided_reason = 'the packet changed'\n"
        "WHERE packet_id = NEW.packet_id AND live = 1; END"
    )
    return out


def postgres_sql() -> list[str]:
    """The same guards on PostgreSQL: one definer function and one trigger for each table and event."""
    out: list[str] = []
    for (table, event), guards in _grouped().items():
        name = f"guard_{table}_{event.lower()}"
        body = []
        for guard in guards:
            when = _DAY.sub(
                r"to_char(to_timestamp(\1 / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')", guard.when
            )
            body.append(
                f"IF ({when}) THEN RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = '{_spoken(guard)}'; END IF;"
            )
        result = "OLD" if event == "DELETE" else "NEW"
        out.append(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
            f"SET search_path = pg_catalog, public, pg_temp AS $guard$\nBEGIN\n"
            + "\n".join(body)
            + f"\nRETURN {result};\nEND $guard$"
        )
        out.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        out.append(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        out.append(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
    out.append(
        "CREATE OR REPLACE FUNCTION manifest_voids() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER\n"
        "SET search_path = pg_catalog, public, pg_temp AS $guard$ BEGIN\n"
        "UPDATE sign_off SET live = 0, voided_us = NEW.assembled_us, voided_reason = 'the packet changed'\n"
        "WHERE packet_id = NEW.packet_id AND live = 1; RETURN NULL; END $guard$"
    )
    out.append("DROP TRIGGER IF EXISTS manifest_voids ON manifest")
    out.append(
        "CREATE TRIGGER manifest_voids AFTER INSERT ON manifest FOR EACH ROW EXECUTE FUNCTION manifest_voids()"
    )
    out.append("REVOKE ALL ON FUNCTION manifest_voids() FROM PUBLIC")
    return out

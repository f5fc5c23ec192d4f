"""Guards of the record's keeping: seals in order, holds before erasures, keys destroyed by an erasure only."""

from __future__ import annotations

from casedesk.store.guards.said import ERASED, Consequence, Guard

_HELD = (
    "EXISTS (SELECT 1 FROM legal_hold h WHERE h.closed_us IS NULL AND (h.matter_id = {matter}"
    " OR h.client_id = (SELECT m.client_id FROM matter m WHERE m.id = {matter})))"
)

CARE = (
    Guard(
        "seal",
        "INSERT",
        "seal_in_order",
        "A seal follows the one before it.",
        "NEW.seq <> 1 + COALESCE((SELECT max(s.seq) FROM seal s), 0) OR (NEW.seq > 1 AND NEW.prev IS DISTINCT FROM"
        " (SELECT s.hash FROM seal s WHERE s.seq = NEW.seq - 1))",
    ),
    Guard(
        "seal_key",
        "UPDATE",
        "seal_key_fixed",
        "A seal key retires once, and is never changed.",
        "NEW.key_id <> OLD.key_id OR NEW.public_key <> OLD.public_key OR NEW.holder_id <> OLD.holder_id"
        " OR NEW.made_us <> OLD.made_us OR OLD.retired_us IS NOT NULL",
    ),
    Guard(
        "legal_hold",
        "UPDATE",
        "hold_fixed",
        "A hold is lifted, never changed.",
        "OLD.closed_us IS NOT NULL OR NEW.reason <> OLD.reason OR NEW.opened_us <> OLD.opened_us"
        " OR NEW.matter_id IS DISTINCT FROM OLD.matter_id OR NEW.client_id IS DISTINCT FROM OLD.client_id",
    ),
    Guard(
        "erasure",
        "UPDATE",
        "erasure_held",
        "A legal hold stands on this matter; nothing of it is erased.",
        f"NEW.done_us IS NOT NULL AND {_HELD.format(matter='NEW.matter_id')}",
    ),
    Guard(
        "erasure",
        "UPDATE",
        "erasure_by_another",
        "Papers are erased on another person's word.",
        "OLD.done_us IS NOT NULL OR NEW.reason <> OLD.reason OR NEW.matter_id <> OLD.matter_id OR NEW.asked_by <> OLD.asked_by"
        " OR (NEW.done_by = NEW.asked_by AND"
        " (SELECT count(*) FROM person p WHERE p.kind = 'staff' AND p.active = 1) > 1)",
    ),
    Guard(
        "document_key",
        "UPDATE",
        "key_destroyed_by_erasure",
        "A paper's key is destroyed by an erasure of its matter, and never changed.",
        "NEW.version_id <> OLD.version_id OR OLD.destroyed_us IS NOT NULL OR NEW.destroyed_us IS NULL"
        " OR NOT EXISTS (SELECT 1 FROM erasure e JOIN document d ON d.matter_id = e.matter_id"
        " JOIN document_version v ON v.document_id = d.id WHERE e.id = NEW.erasure_id AND v.id = NEW.version_id"
        " AND e.done_us IS NOT NULL)",
    ),
    Guard(
        "erasure",
        "INSERT",
        "erasure_of_closed_work",
        "Papers of a matter are erased when it is closed.",
        "NEW.done_us IS NOT NULL OR NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = NEW.matter_id"
        " AND m.status = 'closed')",
    ),
)


def _body_only(table: str, *others: str) -> str:
    """Refuses every change but one: an erased matter's words become nothing."""
    same = " AND ".join(f"NEW.{column} = OLD.{column}" for column in ("id", "matter_id", *others))
    return f"NOT (NEW.body = '' AND {same} AND {ERASED.format(matter='OLD.matter_id')})"


_OF_VERSION = "(SELECT d.matter_id FROM document d JOIN document_version v ON v.document_id = d.id WHERE v.id = {version})"

ERASABLE = {
    "note": _body_only("note", "author_id", "at_us"),
    "strategy_note": _body_only("strategy_note", "author_id", "at_us"),
    "call": _body_only("call", "author_id", "at_us", "direction"),
    # A paper from before papers had keys has none to destroy.
    "blob_chunk": "NOT (length(NEW.data) = 0 AND NEW.version_id = OLD.version_id AND NEW.seq = OLD.seq"
    " AND NOT EXISTS (SELECT 1 FROM document_key k WHERE k.version_id = OLD.version_id)"
    f" AND {ERASED.format(matter=_OF_VERSION.format(version='OLD.version_id'))})",
}
"""What is written once and may all the same be emptied by an erasure: the condition that refuses everything else."""

_PAPERS = "SELECT v.id FROM document_version v JOIN document d ON d.id = v.document_id WHERE d.matter_id = NEW.matter_id"
_LAST = (
    "SELECT m.client_id FROM matter m WHERE m.id = NEW.matter_id AND NOT EXISTS (SELECT 1 FROM matter o"
    " WHERE o.client_id = m.client_id AND o.id <> m.id AND NOT EXISTS (SELECT 1 FROM erasure e"
    " WHERE e.matter_id = o.id AND e.done_us IS NOT NULL))"
)
_ERASING = (
    "UPDATE document_key SET data_key = substr(data_key, 1, 0), destroyed_us = NEW.done_us, erasure_id = NEW.id"
    f" WHERE destroyed_us IS NULL AND version_id IN ({_PAPERS})",
    f"UPDATE blob_chunk SET data = substr(data, 1, 0) WHERE version_id IN ({_PAPERS})"
    " AND NOT EXISTS (SELECT 1 FROM document_key k WHERE k.version_id = blob_chunk.version_id)",
    "UPDATE document SET reading = '{}', name = 'erased' WHERE matter_id = NEW.matter_id",
    "UPDATE notice SET evidence = '[]', requested_items = '[]' WHERE matter_id = NEW.matter_id",
    "UPDATE note SET body = '' WHERE matter_id = NEW.matter_id",
    "UPDATE strategy_note SET body = '' WHERE matter_id = NEW.matter_id",
    "UPDATE call SET body = '' WHERE matter_id = NEW.matter_id",
    "UPDATE message SET body = '', subject = '', address = '' WHERE matter_id = NEW.matter_id",
    "UPDATE event SET outcome = '{}' WHERE matter_id = NEW.matter_id AND event.trigger = 'request.sent'",
    "UPDATE contact_rule SET rule = 'erased', value = '' WHERE matter_id = NEW.matter_id",
    "UPDATE party SET a_number = NULL, born = NULL, phone = '', email = '', address = ''"
    " WHERE matter_id = NEW.matter_id",
    "UPDATE matter SET circumstances = '[]' WHERE id = NEW.matter_id",
    f"UPDATE client SET phone = '', email = '', address = '' WHERE id IN ({_LAST})",
)

CONSEQUENCES_OF_CARE = (
    Consequence(
        "erasure",
        "UPDATE",
        "erasure_erases",
        "NEW.done_us IS NOT NULL AND OLD.done_us IS NULL",
        ";\n".join(_ERASING),
    ),
)
"""An erasure takes the papers, the words and the ways to reach people. The names stay: a firm that forgets whom it
served finds no conflict with them (ABA Model Rules 1.9, 1.10)."""

"""Guards of the record's keeping: seals in order, holds before erasures, keys destroyed by an erasure only."""

from __future__ import annotations

from casedesk.store.guards.said import Guard

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
        "OLD.done_us IS NOT NULL OR NEW.matter_id <> OLD.matter_id OR NEW.asked_by <> OLD.asked_by"
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
)

"""Guards of the day's work: tasks, checklists, messages, owners, the review policy, the trail's order."""

from __future__ import annotations

from casedesk.store.guards.said import ERASED, MANAGER, Guard, licensed

_ATTORNEY_OF_A_MATTER = (
    "NEW.kind IN ('lead_attorney', 'supervising_attorney') AND NOT EXISTS (SELECT 1 FROM licence l JOIN person p"
    " ON p.id = l.person_id WHERE l.person_id = NEW.person_id AND l.active = 1 AND p.active = 1"
    " AND l.kind IN ('attorney', 'accredited_representative'))"
)
WORK = (
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
        " OR NEW.recipient <> OLD.recipient) AND NOT (NEW.body = '' AND NEW.subject = '' AND NEW.recipient ="
        f" OLD.recipient AND {ERASED.format(matter='OLD.matter_id')})",
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
        # What stands at this number already is refused by the key; so one look at the entry before it is enough.
        "NEW.seq <> 1 AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.stream = NEW.stream AND a.seq = NEW.seq - 1"
        " AND a.hash = NEW.prev)",
    ),
)

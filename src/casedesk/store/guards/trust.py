"""Guards of walls, receipts known elsewhere, conflict checks, consents and delegated work."""

from __future__ import annotations

from casedesk.store.guards.said import MANAGER, Guard, licensed

_RECEIPT_ELSEWHERE = (
    "NEW.receipt_number IS NOT NULL AND EXISTS (SELECT 1 FROM form f JOIN matter m ON m.id = f.matter_id"
    " WHERE f.receipt_number = NEW.receipt_number AND f.id <> NEW.id AND m.guarded = 0)"
)

# What is written beside a wall must not be read, and acted on, as if it stood behind it.
_MOVED = "(NEW.{link} IS DISTINCT FROM OLD.{link} OR NEW.matter_id IS DISTINCT FROM OLD.matter_id)"

TRUST = (
    *(
        Guard(
            "form",
            event,
            "receipt_taken",
            "That receipt number stands on another form already.",
            _RECEIPT_ELSEWHERE,
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "wall",
        "UPDATE",
        "wall_fixed",
        "A wall is taken down, never changed, and does not stand up again.",
        "NEW.id <> OLD.id OR NEW.ref <> OLD.ref OR NEW.matter_id <> OLD.matter_id OR NEW.reason <> OLD.reason"
        " OR NEW.opened_us <> OLD.opened_us OR NEW.opened_by <> OLD.opened_by OR OLD.closed_us IS NOT NULL",
    ),
    Guard(
        "matter",
        "UPDATE",
        "guarded_by_its_wall",
        "A matter is guarded while a wall stands around it, and not otherwise.",
        "NEW.guarded <> OLD.guarded AND NEW.guarded <> (SELECT count(*) FROM wall w WHERE w.matter_id = NEW.id"
        " AND w.closed_us IS NULL)",
    ),
    Guard(
        "matter_member",
        "UPDATE",
        "membership_fixed",
        "An entry of who may see a matter stays that person's and that matter's.",
        "NEW.matter_id <> OLD.matter_id OR NEW.person_id <> OLD.person_id",
    ),
    Guard(
        "wall_screen",
        "UPDATE",
        "screen_fixed",
        "Who was screened and told stays so, and is acknowledged once.",
        "NEW.wall_id <> OLD.wall_id OR NEW.person_id <> OLD.person_id OR NEW.told_us IS DISTINCT FROM OLD.told_us"
        " OR OLD.acknowledged_us IS NOT NULL",
    ),
    *(
        Guard(
            "timer",
            event,
            "timer_of_its_task",
            "A reminder belongs to the matter of its task.",
            f"{moved} AND NEW.task_id IS NOT NULL AND NEW.matter_id IS DISTINCT FROM"
            " (SELECT t.matter_id FROM task t WHERE t.id = NEW.task_id)",
        )
        for event, moved in (("INSERT", "1 = 1"), ("UPDATE", _MOVED.format(link="task_id")))
    ),
    *(
        Guard(
            "task",
            event,
            "task_of_its_run",
            "A task belongs to the matter of its playbook.",
            f"{moved} AND NEW.run_id IS NOT NULL AND NEW.matter_id IS DISTINCT FROM"
            " (SELECT r.matter_id FROM playbook_run r WHERE r.id = NEW.run_id)",
        )
        for event, moved in (("INSERT", "1 = 1"), ("UPDATE", _MOVED.format(link="run_id")))
    ),
    Guard(
        "conflict_check",
        "UPDATE",
        "conflict_decided",
        "A decided conflict check is never changed.",
        "OLD.state <> 'open' OR NEW.matter_id <> OLD.matter_id OR NEW.names <> OLD.names"
        " OR NEW.asked_by <> OLD.asked_by OR NEW.asked_us <> OLD.asked_us",
    ),
    Guard(
        "conflict_check",
        "UPDATE",
        "conflict_decided_by",
        "A conflict is decided by an attorney or a manager.",
        "NEW.state <> OLD.state AND NOT "
        f"({licensed('NEW.decided_by', 'NEW.decided_us')} OR {MANAGER.format(who='NEW.decided_by')}"
        " OR (NEW.decided_by IS NULL AND NEW.state = 'clear' AND NOT EXISTS (SELECT 1 FROM conflict_hit h"
        " WHERE h.check_id = NEW.id)))",
    ),
    Guard(
        "supervision",
        "INSERT",
        "supervisor_licensed",
        "Delegated work stands under somebody with a licence.",
        f"NOT {licensed('NEW.supervisor_id', 'NEW.given_us')}",
    ),
    Guard(
        "supervision",
        "UPDATE",
        "supervision_fixed",
        "What was delegated, to whom and under whom is not changed.",
        "OLD.checked_us IS NOT NULL OR NEW.task_id <> OLD.task_id OR NEW.delegate_id <> OLD.delegate_id"
        " OR NEW.supervisor_id <> OLD.supervisor_id OR NEW.act <> OLD.act OR NEW.instructions <> OLD.instructions"
        " OR NEW.given_us <> OLD.given_us OR NEW.authority_sha256 <> OLD.authority_sha256",
    ),
)

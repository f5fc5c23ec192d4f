"""Guards of the firm's people: licences and their scope, people from outside, delegated work and who checks it."""

from __future__ import annotations

from casedesk.store.guards.said import COURT, Guard, licensed, licensed_for

_OTHERS = "(SELECT count(*) FROM person p WHERE p.kind = 'staff' AND p.active = 1) > 1"
_MANAGES = "('operations_manager', 'managing_partner')"
_ATTORNEYS = "NEW.kind IN ('lead_attorney', 'supervising_attorney')"
_FULL = (
    "EXISTS (SELECT 1 FROM licence l WHERE l.person_id = NEW.person_id AND l.active = 1"
    " AND (l.kind = 'attorney' OR (l.kind = 'accredited_representative' AND l.scope = 'full')))"
)
_UNANSWERED = (
    "NEW.outside = 1 AND NEW.active = 1 AND (NEW.organisation = '' OR NOT EXISTS (SELECT 1 FROM person a"
    " WHERE a.id = NEW.answers_for_id AND a.id <> NEW.id AND a.kind = 'staff' AND a.active = 1 AND a.outside = 0))"
)

PEOPLE = (
    Guard(
        "licence",
        "INSERT",
        "own_licence",
        "Nobody puts their own licence on record.",
        f"NEW.granted_by = NEW.person_id AND {_OTHERS}",
    ),
    Guard(
        "licence",
        "INSERT",
        "outside_licence",
        "Somebody from outside reviews and signs nothing in this firm's name.",
        "EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.person_id AND p.outside = 1)",
    ),
    Guard(
        "licence",
        "UPDATE",
        "licence_fixed",
        "A licence is ended, never changed; one that was renewed is put on record anew.",
        "NEW.person_id <> OLD.person_id OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number"
        " OR NEW.jurisdiction <> OLD.jurisdiction OR NEW.scope <> OLD.scope"
        " OR NEW.granted_by IS DISTINCT FROM OLD.granted_by OR NEW.active > OLD.active"
        " OR (OLD.expires IS NOT NULL AND (NEW.expires IS NULL OR NEW.expires > OLD.expires))",
    ),
    *(
        Guard(
            "person",
            event,
            "outside_answered_for",
            "Somebody from outside has an organisation, and one person of the firm who answers for them.",
            _UNANSWERED,
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "person",
        "UPDATE",
        "answers_for_others",
        "Whoever answers for somebody from outside stays until another person does.",
        "(NEW.active < OLD.active OR NEW.outside > OLD.outside) AND EXISTS (SELECT 1 FROM person o"
        " WHERE o.answers_for_id = NEW.id AND o.outside = 1 AND o.active = 1)",
    ),
    Guard(
        "person",
        "UPDATE",
        "outside_unlicensed",
        "Whoever holds a licence or manages the firm is no outside help.",
        "NEW.outside > OLD.outside AND (EXISTS (SELECT 1 FROM licence l WHERE l.person_id = NEW.id AND l.active = 1)"
        f" OR EXISTS (SELECT 1 FROM person_role r WHERE r.person_id = NEW.id AND r.role IN {_MANAGES}))",
    ),
    Guard(
        "person_role",
        "INSERT",
        "outside_manages",
        "Somebody from outside manages nothing in this firm.",
        f"NEW.role IN {_MANAGES} AND EXISTS (SELECT 1 FROM person p WHERE p.id = NEW.person_id AND p.outside = 1)",
    ),
    *(
        Guard(
            "matter_owner",
            event,
            "beyond_accreditation",
            "Partial accreditation is before DHS alone: a matter before the court has an attorney, or a fully"
            " accredited representative.",
            f"{_ATTORNEYS} AND {COURT.format(matter='NEW.matter_id')} AND NOT {_FULL}",
        )
        for event in ("INSERT", "UPDATE")
    ),
    Guard(
        "review",
        "UPDATE",
        "beyond_accreditation",
        "Partial accreditation is before DHS alone: a packet before the court is reviewed by an attorney, or a fully"
        " accredited representative.",
        "OLD.state = 'open' AND NEW.state IN ('approved', 'returned') AND NEW.licence_kind = 'accredited_representative'"
        f" AND NOT {licensed_for('NEW.decided_by', 'NEW.decided_us', 'NEW.matter_id')}",
    ),
    Guard(
        "strategy_note",
        "INSERT",
        "beyond_accreditation",
        "Partial accreditation is before DHS alone: strategy before the court is an attorney's, or a fully accredited"
        " representative's.",
        f"NOT {licensed_for('NEW.author_id', 'NEW.at_us', 'NEW.matter_id')}",
    ),
    Guard(
        "task_item",
        "UPDATE",
        "beyond_accreditation",
        "Partial accreditation is before DHS alone: a reserved step before the court is an attorney's, or a fully"
        " accredited representative's.",
        "NEW.reserved = 1 AND NEW.state <> 'open' AND NEW.state <> OLD.state AND NOT "
        f"{licensed_for('NEW.done_by', 'NEW.done_us', '(SELECT t.matter_id FROM task t WHERE t.id = NEW.task_id)')}",
    ),
    Guard(
        "supervision",
        "INSERT",
        "supervision_of_its_task",
        "Delegated work belongs to the matter of its task, and begins unchecked.",
        "NEW.matter_id IS DISTINCT FROM (SELECT t.matter_id FROM task t WHERE t.id = NEW.task_id)"
        " OR NEW.checked_us IS NOT NULL",
    ),
    Guard(
        "supervision",
        "INSERT",
        "beyond_accreditation",
        "Partial accreditation is before DHS alone: work before the court stands under an attorney, or a fully"
        " accredited representative.",
        f"NOT {licensed_for('NEW.supervisor_id', 'NEW.given_us', 'NEW.matter_id')}",
    ),
    Guard(
        "supervision",
        "UPDATE",
        "checked_by_a_licence",
        "Delegated work is checked by somebody with a licence, never by whoever did it.",
        "NEW.checked_us IS NOT NULL AND (NEW.checked_by IS NULL OR NEW.checked_by = NEW.delegate_id OR NOT "
        f"{licensed('NEW.checked_by', 'NEW.checked_us')})",
    ),
)

"""Every act of the authority matrix, tried through the desk: what the desk refuses is what the matrix says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casedesk.desk import (
    conflicts,
    exporting,
    filings,
    licences,
    matters,
    messages,
    notes,
    papers,
    people,
    policy,
    reviews,
    supervision,
    tasks,
    trail,
    training,
    walls,
)
from casedesk.desk.desk import Desk, Prepares
from casedesk.desk.turn import Turn
from casedesk.refusal import Refusal
from tests.support.rfe import Rfe, prepared

AUTHORITY = {
    "not_allowed",
    "not_licensed",
    "not_qualified",
    "reserved",
    "outside",
    "beyond_accreditation",
    "not_yours",
    "own_licence",
    "own_training",
}
"""The codes that say "not yours to do"; every other refusal is about the thing."""
NOT_SEEN = "not_found"
"""What somebody may not see is not there for them."""

Tried = tuple[str, Callable[..., object], tuple[Any, ...], dict[str, Any]]
"""The stage of the story, the use-case, and what it is called with."""


class _Back(Exception):
    """Ends a transaction that went through, so that nothing of it stays."""


def may(desk: Desk, use_case: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """Whether whoever sits at this desk may do the act: "done", or the code of the refusal. Nothing stays."""
    more: dict[str, Any] = {}
    real: Callable[..., object] = use_case
    try:
        if isinstance(use_case, Prepares):
            real, more["ready"] = use_case.use_case, use_case.before(desk, *args, **kwargs)

        def inside(turn: Turn) -> None:
            real(turn, *args, **kwargs, **more)
            turn.uow.flush_audit()
            raise _Back

        desk.write(inside)
    except _Back:
        return "done"
    except Refusal as refusal:
        return refusal.code
    raise AssertionError("a transaction that went through ends in _Back")


def steps(rfe: Rfe, who: str, at: dict[str, str]) -> dict[str, Tried]:
    """How each act is tried; `at` names what the fixture put there: a conflict check, a held message, delegations."""
    paper = prepared("Paper", "Synthetic paper of nobody", "nobody.pdf")
    return {
        "rfe_triage": ("received", tasks.tick, (rfe.triage, "complexity"), {"note": "simple"}),
        "reserved_step": ("received", tasks.waive, (rfe.triage, "strategy"), {"reason": "none"}),
        "strategy_note": ("received", notes.strategy, (rfe.matter, "Concede nothing."), {}),
        "content_review": ("content", reviews.approve, (rfe.reviews.get("content"),), {}),
        "second_review": ("second", reviews.approve, (rfe.reviews.get("second"),), {}),
        "sign_off": (
            "signoff",
            reviews.sign_off,
            (rfe.reviews.get("signoff"),),
            {"confirm": rfe.matter, "passphrase": "not anybody's"},
        ),
        "release_notice": ("received", messages.approve, (at.get("notice_message"),), {}),
        "conflict_decision": ("received", conflicts.decide, (at.get("conflict"), "clear", "namesakes"), {}),
        "loosen_policy": ("received", policy.change, ("two-person",), {"reason": "fewer of us"}),
        "check_delegated": (
            "received",
            supervision.check,
            (at.get(f"under {who}", at.get("under aokafor")), "accepted"),
            {},
        ),
        "delegate_work": (
            "received",
            supervision.give,
            (rfe.intake,),
            {"to": "bcole", "under": "lchen", "instructions": "As always."},
        ),
        "raise_wall": ("received", walls.raise_wall, (rfe.matter, "a friend"), {"out": ("bcole",)}),
        "export_matter": ("received", exporting.matter_file, (rfe.matter,), {}),
        "waive_step": ("received", tasks.waive, (rfe.intake, "original"), {"reason": "lost"}),
        "reassign_task": ("received", tasks.reassign, (rfe.intake,), {"to": "bcole", "reason": "load"}),
        "add_person": ("received", people.add, ("zznew", "New Person", ("paralegal",)), {}),
        "give_role": ("received", people.role, ("bcole", "intake_specialist"), {}),
        "make_manager": ("received", people.role, ("bcole", "operations_manager"), {}),
        "grant_licence": ("received", licences.add, ("bcole", ("reviewer", "", "", None)), {}),
        "record_training": ("received", training.add, ("bcole", "second_review"), {}),
        "tighten_policy": ("loosened", policy.change, ("three-person",), {"reason": "more of us"}),
        "read_trail": ("received", trail.listing, (), {}),
        "open_matter": ("received", matters.open_matter, ("other", "Nobody Known"), {}),
        "name_owner": ("received", matters.set_owner, (rfe.matter, "secondary_paralegal", "bcole"), {}),
        "match_notice": ("received", papers.receive, (paper,), {}),
        "client_update": ("received", messages.approve, (at.get("staff_message"),), {}),
        "ship_filing": ("signed", filings.ship, (rfe.packet,), {"carrier": "UPS", "tracking": "1Z"}),
        "notice_intake": ("received", tasks.tick, (rfe.intake, "dates"), {}),
        "gather_evidence": ("received", papers.receive, (paper,), {"matter": rfe.matter}),
        "draft_within_templates": ("drafting", tasks.tick, (rfe.drafting, "translations"), {}),
        "interview": ("received", notes.call, (rfe.matter, "She called."), {}),
        "watch_status": ("received", tasks.start, (at.get(f"task of {who}"),), {}),
        "support_work": ("received", notes.note, (rfe.matter, "A note."), {}),
    }

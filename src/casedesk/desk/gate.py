"""The order of the gate: content review, signature round, second review of the assembled packet, sign-off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casedesk.desk import authority, conflicts, consents, engine
from casedesk.desk.apply import About, arm, tell
from casedesk.desk.turn import Turn, id_of
from casedesk.models.enums import ReviewKind, ReviewPolicy
from casedesk.refusal import Refusal
from casedesk.routing.effects import PlannedTimer
from casedesk.routing.facts import Facts, PersonFacts
from casedesk.routing.playbooks import Playbook
from casedesk.routing.progress import review_due, review_owner
from casedesk.routing.strategies import Pick
from casedesk.store.unit_of_work import micros

REVIEW_HOURS = 0.5
"""What a review that waits weighs, in hours, where the next one is given to somebody: it is no task, and takes time."""

REVIEW_CHAIN = "review"
"""The chain of one step that watches an open review."""

TITLES = {
    ReviewKind.CONTENT: "Review",
    ReviewKind.SECOND: "Second review",
    ReviewKind.SIGNOFF: "Approve for filing",
}


def policy(turn: Turn) -> ReviewPolicy:
    """The firm's review policy in force."""
    return ReviewPolicy(turn.uow.need("review policy", "", "firm.policy").policy)


def packet_of(turn: Turn, name: str) -> Any:
    """A packet by ref or id, or by its filing's. Raises `NotFound`."""
    return turn.uow.need("packet", name, "gate.packet", ref=name.strip().upper(), id=id_of(name))


def open_review(turn: Turn, packet: Any, kind: ReviewKind, *, task_id: int) -> tuple[str, int]:
    """Open one review of a packet's newest state; returns its ref and its owner.

    Raises `Refusal` when the firm has nobody who may do it under its policy.
    """
    uow = turn.uow
    run, playbook = engine.playbook_of(turn, packet.run_id)
    about = engine.about_run(turn, run, event_id=0, subject=packet.ref)
    snapshot = engine.run_facts(turn, run, about)
    rule = policy(turn)
    pick = _reviewer(turn, packet, playbook, kind, snapshot, rule)
    if pick.person is None:
        raise Refusal(
            "nobody_may_review",
            f"Nobody in the firm may do the {kind} review of {packet.ref} under the {rule} policy.",
            "Name another qualified reviewer with `casedesk person add`.",
        )
    review_id, ref = uow.new_id(), uow.new_ref("R", "review")
    uow.insert(
        "review",
        id=review_id,
        ref=ref,
        kind=kind.value,
        packet_id=packet.id,
        manifest_sha256=packet.sha256,
        matter_id=packet.matter_id,
        task_id=task_id,
        version=packet.version,
        owner_id=pick.person,
        owner_reason=pick.reason,
        opened_us=turn.now_us,
        due_us=micros(review_due(playbook, kind, snapshot, turn.calendar, turn.now)),
    )
    assert playbook.gate is not None
    points = [(point.id, point.text) for point in playbook.gate.points_of(kind)]
    if kind is ReviewKind.CONTENT:
        points += consents.review_points(turn, packet.matter_id)
        points += conflicts.review_points(turn, packet.matter_id)
    uow.insert_many(
        "review_point",
        [
            {"review_id": review_id, "code": code, "position": n, "text": text}
            for n, (code, text) in enumerate(points, start=1)
        ],
    )
    # A review nobody decides is heard of when it is due: the timer's subject is the review, its task the draft's.
    due = review_due(playbook, kind, snapshot, turn.calendar, turn.now)
    watch = PlannedTimer(REVIEW_CHAIN, 1, due, "incomplete", "alert", ("role:operations_manager",))
    arm(turn, [watch], task_id=task_id, matter_id=packet.matter_id, generation=1, subject_id=review_id)
    uow.audit(
        "review.opened",
        ref,
        matter_id=packet.matter_id,
        kind=kind.value,
        packet=packet.ref,
        sha256=packet.sha256,
        owner=turn.handle(pick.person),
        why=pick.reason,
    )
    if pick.person != turn.actor.id:
        tell(turn, pick.person, f"{TITLES[kind]}: {ref} of {packet.ref}", "review", about, task_id=task_id)
    return ref, pick.person


def _reviewer(
    turn: Turn, packet: Any, playbook: Playbook, kind: ReviewKind, snapshot: Facts, rule: ReviewPolicy
) -> Pick:
    """Who gets a review. Among several, with the picks held: two handed in at once never choose by the same count."""

    def pick() -> Pick:
        weighed = replace(snapshot, people=_weighed(turn, packet.matter_id))
        strict = rule is ReviewPolicy.THREE_PERSON or kind is ReviewKind.SECOND
        exclude = frozenset({packet.preparer_id}) if strict else frozenset()
        found = review_owner(playbook, kind, weighed, exclude=exclude, policy=rule)
        if found.person is None and rule is ReviewPolicy.TWO_PERSON:
            found = review_owner(playbook, kind, weighed, policy=rule)
        return found

    found = pick()
    if found.among and not turn.holds_picks:
        turn.hold_picks()
        found = pick()
    return found


def _weighed(turn: Turn, matter_id: int) -> dict[int, PersonFacts]:
    """The people for a matter, with the reviews that wait for them as work, and as work received."""
    waiting = {row.owner_id: row for row in turn.uow.all("gate.waiting")}
    people = dict(authority.people_of(turn, matter_id))
    for person_id in waiting.keys() & people.keys():
        person, reviews = people[person_id], waiting[person_id]
        people[person_id] = replace(
            person,
            open_hours=person.open_hours + REVIEW_HOURS * reviews.number,
            last_assigned_us=max(person.last_assigned_us, reviews.last_us),
        )
    return people


def after_content(turn: Turn, packet: Any, *, task_id: int) -> str | None:
    """After the OK for signature: the second review opens once every signature is back; returns its ref if so."""
    if turn.uow.all("gate.open_slots", packet_id=packet.id):
        about = About(event_id=0, subject=packet.ref, matter_id=packet.matter_id)
        tell(turn, packet.preparer_id, f"OK for signature: {packet.ref}", "signature", about, task_id=task_id)
        return None
    return open_review(turn, packet, ReviewKind.SECOND, task_id=task_id)[0]

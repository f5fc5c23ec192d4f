"""What leaves the desk for its own people and programs: one row each, sent by the worker and by nothing else.

No client data stands in subject, preview or body: refs, dates and kinds of work only. A row is claimed in one
transaction, sent outside of any, and marked in another; what was claimed and never marked becomes `unknown`, which a
person settles. So a crash costs at most one mail too many, and that one has the same Message-ID.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from casedesk.desk import asked, sight
from casedesk.desk.apply import About, managers, tell
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.desk.views.telling import DeliveryView
from casedesk.models.enums import Channel, DeliveryState
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import micros

WAITS: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 720, 720))
"""How long after each try the next one is made; after the last it has failed, two days later."""

STALE: Final = timedelta(minutes=10)
"""What has been `sending` for longer has nobody any more who sends it."""

LOUD: Final = 3
"""After so many tries, twenty minutes, the managers hear that no mail goes out."""

CLOSED: Final = "delivery.closed"

MOST: Final = 200
"""So many rows are looked at in one transaction."""

_ID = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,100}>")
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9.#_-]")


@dataclass(frozen=True)
class Outgoing:
    """A row in the hands of whoever claimed it."""

    id: int
    key: str
    channel: Channel
    address: str
    subject: str
    body: str
    calendar: str
    method: str
    created: datetime
    webhook: int | None = None


def message_id(key: str, store_id: str) -> str:
    """The Message-ID of a row: its key, in angle brackets and with this store's name where it has none."""
    if _ID.fullmatch(key):
        return key
    return f"<{_NOT_IN_AN_ID.sub('.', key)}@{store_id[:12]}.casedesk>"


def queue(
    turn: Turn,
    channel: Channel,
    key: str,
    about: str,
    *,
    person: int | None = None,
    webhook: int | None = None,
    address: str = "",
    subject: str = "",
    body: str = "",
    calendar: str = "",
    method: str = "",
    matter_id: int | None = None,
    task_id: int | None = None,
    outbox_id: int | None = None,
    due: datetime | None = None,
    aside: str = "",
) -> None:
    """Put something up for sending, in the act it is about. `key` names it for ever: the same key again is nothing new.

    `calendar` is the text of an invitation and `method` its iTIP method (REQUEST, CANCEL). `due` (now where none is
    given) is the earliest instant at which it goes. `aside` is why it never does, and is kept so that nobody asks again.
    """
    if (person is None) == (webhook is None):
        raise ValueError("A delivery is for one person, or for one webhook.")
    row = {
        "id": turn.uow.new_id(),
        "key": key,
        "channel": channel.value,
        "matter_id": matter_id,
        "task_id": task_id,
        "outbox_id": outbox_id,
        "person_id": person,
        "webhook_id": webhook,
        "about": about,
        "address": address,
        "subject": subject,
        "body": body,
        "calendar": calendar,
        "method": method,
        "state": (DeliveryState.CANCELLED if aside else DeliveryState.QUEUED).value,
        "error": aside,
        "due_us": turn.now_us if due is None else micros(due),
        "created_us": turn.now_us,
    }
    if turn.actor.kind == "service" or person == turn.actor.id:
        turn.uow.run_later("delivery.add", **row)
    elif turn.uow.one("delivery.find", id=None, key=key) is None:
        # A shared store lets a login pass over a double only where it may read the row: another's is simply added.
        turn.uow.insert("delivery", **row)


# -- the worker's side --------------------------------------------------------------------------------------------


def _mine(turn: Turn) -> int | None:
    """Whose rows this worker may send: everybody's under the service, else the person's own."""
    return None if turn.actor.kind == "service" else turn.actor.id


def due(turn: Turn) -> frozenset[Channel]:
    """By which ways something may go now."""
    rows = turn.uow.all("delivery.due", now_us=turn.now_us, mine=_mine(turn))
    return frozenset(Channel(row.channel) for row in rows)


def claim(
    turn: Turn, by: str, *, mail: bool = False, webhook: bool = False, seat: int | None = None
) -> Outgoing | None:
    """Take the next row that may go by one of these ways; None where there is none. No other worker gets it.

    What nobody is to hear of any more is put aside on the way: the person has left, or stands outside the matter's wall
    now, or has read it in the app. A calendar entry is taken back all the same.
    """
    while True:
        row = turn.uow.one(
            "delivery.claim",
            now_us=turn.now_us,
            mail=int(mail),
            webhook=int(webhook),
            seat=seat,
            mine=_mine(turn),
        )
        if row is None:
            return None
        address, why = _address(turn, row)
        if why:
            turn.uow.run("delivery.over", id=row.id, state=DeliveryState.CANCELLED.value, error=why)
            continue
        if turn.uow.run("delivery.claimed", id=row.id, by=by, now_us=turn.now_us):
            return Outgoing(
                id=row.id,
                key=row.key,
                channel=Channel(row.channel),
                address=address,
                subject=row.subject,
                body=row.body,
                calendar=row.calendar,
                method=row.method,
                created=instant(row.created_us),
                webhook=row.webhook_id,
            )


def _address(turn: Turn, row: Any) -> tuple[str, str]:
    """Where a row goes, and why it goes nowhere ("" where it does)."""
    if row.person_id is None:
        guarded = sight.guarded(turn, row.matter_id)
        return "", "a wall stands around the matter now" if guarded else ""
    person = turn.uow.need(
        "person", "", "delivery.recipient", person_id=row.person_id, outbox_id=row.outbox_id
    )
    if not person.active:
        return "", "the person no longer works here"
    if person.seen_us is not None:
        return "", "read in the app before it went"
    if row.method != "CANCEL" and row.person_id in sight.shut_out(turn, row.matter_id):
        return "", "the person may not see the matter"
    if row.channel == Channel.DESKTOP:
        if turn.now_us - row.created_us > micros(instant(0) + timedelta(hours=1)):
            return "", "too old for a notice on the desktop"
        return "", ""
    address = row.address or person.email
    return address, "" if address else "the person has no address"


def sent(turn: Turn, delivery: int) -> None:
    """It went."""
    turn.uow.run("delivery.sent", id=delivery, now_us=turn.now_us)


def again(turn: Turn, delivery: int, why: str) -> bool:
    """It did not go, and is tried again after a while; after the last try it has failed, and False is returned."""
    row = turn.uow.need("delivery", "", "delivery.find", id=delivery, key="")
    if row.attempts > len(WAITS):
        failed(turn, delivery, why)
        return False
    later = micros(turn.now + WAITS[row.attempts - 1])
    turn.uow.run("delivery.later", id=delivery, due_us=later, error=why)
    return True


def failed(turn: Turn, delivery: int, why: str) -> None:
    """It does not go: the person it was for and the managers hear of it in the app."""
    row = turn.uow.need("delivery", "", "delivery.find", id=delivery, key="")
    turn.uow.run("delivery.over", id=delivery, state=DeliveryState.FAILED.value, error=why)
    _say(turn, row, "failed", f"{_named(row)} did not go out: {why}")


def unsure(turn: Turn, delivery: int, why: str) -> None:
    """Nobody knows whether it went: a person says."""
    row = turn.uow.need("delivery", "", "delivery.find", id=delivery, key="")
    turn.uow.run("delivery.over", id=delivery, state=DeliveryState.UNKNOWN.value, error=why)
    _say(turn, row, "unknown", f"{_named(row)} may have gone out or not. Settle it: casedesk delivery list")


def hold(turn: Turn, why: str) -> int:
    """No mail goes out just now: everything that was to go waits, as after a try of its own; how many have failed.

    So a server that is away, or a password it refuses, is not tried once for each mail. The managers hear of it in the
    app, once a day, after the third try.
    """
    over = 0
    for row in turn.uow.all("delivery.waiting", now_us=turn.now_us, mine=_mine(turn), limit=MOST):
        if row.attempts >= len(WAITS):
            failed(turn, row.id, why)
            over += 1
            continue
        later = micros(turn.now + WAITS[row.attempts])
        turn.uow.run("delivery.held", id=row.id, due_us=later, error=why)
        if row.attempts + 1 == LOUD and turn.actor.kind == "service":
            _warn(turn, why)
    return over


def _warn(turn: Turn, why: str) -> None:
    since = micros(turn.now - timedelta(days=1))
    for person in managers(turn):
        if turn.uow.one("seal.told", person_id=person, since_us=since, about=CLOSED) is None:
            tell(turn, person, f"Mail does not go out: {why}", CLOSED, About(event_id=0, subject="mail"))


def stale(turn: Turn) -> bool:
    """Whether something was being sent by somebody who is gone."""
    return bool(_stale(turn, 1))


def doubt(turn: Turn) -> int:
    """What was being sent by somebody who is gone becomes `unknown`; how many."""
    rows = _stale(turn, MOST)
    for row in rows:
        unsure(turn, row.id, "the program ended while it was sending")
    return len(rows)


def _stale(turn: Turn, limit: int) -> Any:
    before = micros(turn.now - STALE)
    return turn.uow.all("delivery.stale", before_us=before, mine=_mine(turn), limit=limit)


def _named(row: Any) -> str:
    kind = {
        Channel.EMAIL: "A mail",
        Channel.INVITATION: "A calendar invitation",
        Channel.WEBHOOK: "A webhook's call",
        Channel.DESKTOP: "A desktop notice",
    }[Channel(row.channel)]
    return f"{kind} ({row.about}, {opaque(row.id)})"


def _say(turn: Turn, row: Any, what: str, words: str) -> None:
    turn.uow.audit(
        f"delivery.{what}", opaque(row.id), matter_id=row.matter_id, channel=row.channel, about=row.about
    )
    if row.channel == Channel.DESKTOP:
        return
    people = set(managers(turn, row.matter_id))
    if row.person_id is not None:
        people.add(row.person_id)
    about = About(event_id=0, subject="delivery", matter_id=row.matter_id)
    for person in sorted(people):
        tell(turn, person, words, "delivery", about, task_id=row.task_id)


# -- a person's side ----------------------------------------------------------------------------------------------


def listing(
    turn: Turn, *, state: str = "", everybody: bool = False, limit: int = 50
) -> tuple[DeliveryView, ...]:
    """What was to go outside for the actor, newest first; for `everybody` where a manager asks. Raises `NotAllowed`."""
    if everybody:
        turn.require_manager("Looking at everybody's deliveries")
    if state and state not in {member.value for member in DeliveryState}:
        raise Refusal(
            "bad_state", f"{state!r} is no state of a delivery.", f"One of {', '.join(DeliveryState)}."
        )
    person = None if everybody else turn.actor.id
    rows = turn.uow.all(
        "delivery.listing", person_id=person, state=state, id=None, me=turn.actor.id, limit=asked.page(limit)
    )
    return tuple(_view(row) for row in rows)


def settle(turn: Turn, delivery: str, how: str) -> DeliveryView:
    """Say what became of one that is unknown or has failed: `sent` (it arrived), `again` (send it once more, under the
    same Message-ID) or `dropped`. One's own, or anybody's for a manager.

    Raises `NotFound`, `NotAllowed`, and `Refusal("not_in_doubt")` for any other.
    """
    states = {
        "sent": DeliveryState.SENT,
        "again": DeliveryState.QUEUED,
        "dropped": DeliveryState.CANCELLED,
    }
    if how not in states:
        raise Refusal("bad_word", f"{how!r} settles nothing.", "Say sent, again or dropped.")
    row = turn.uow.need("delivery", delivery, "delivery.find", id=id_of(delivery), key=delivery)
    shown = turn.uow.one("delivery.listing", person_id=None, state="", id=row.id, me=turn.actor.id, limit=1)
    if shown is None or (row.person_id != turn.actor.id and not turn.actor.is_manager):
        raise NotAllowed("not_allowed", "That delivery is for somebody else.", "Ask the operations manager.")
    done = turn.uow.run(
        "delivery.settled",
        id=row.id,
        state=states[how].value,
        due_us=turn.now_us,
        error=row.error if how != "sent" else "",
        by=turn.actor.id,
    )
    if not done:
        raise Refusal("not_in_doubt", f"That delivery is {row.state}: there is nothing to settle.", "")
    turn.uow.audit("delivery.settled", opaque(row.id), matter_id=row.matter_id, channel=row.channel, now=how)
    return _view(
        turn.uow.need(
            "delivery",
            delivery,
            "delivery.listing",
            person_id=None,
            state="",
            id=row.id,
            me=turn.actor.id,
            limit=1,
        )
    )


def _view(row: Any) -> DeliveryView:
    return DeliveryView(
        id=opaque(row.id),
        channel=row.channel,
        about=row.about,
        person=row.handle,
        webhook=row.webhook_ref,
        task=row.task_ref,
        matter=row.matter_ref,
        state=row.state,
        due=instant(row.due_us),
        attempts=row.attempts,
        sent_at=at(row.sent_us),
        error=row.error,
        created=instant(row.created_us),
        settled_by=row.settled_by,
        key=row.key,
    )

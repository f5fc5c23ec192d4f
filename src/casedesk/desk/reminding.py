"""What people were told in the app goes out to them as well, as each prefers: at once, in one digest a day, or not.

The worker looks for what was told and not yet read; telling itself stays as quick as it was. A mail is made of refs,
dates and kinds of work, never of the words that stand in the app. Quiet hours hold, except in an emergency.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from casedesk.desk import deliveries, seals, settings, sight, webhooks
from casedesk.desk.preferences import loud_from
from casedesk.desk.turn import Turn, instant, opaque
from casedesk.models.enums import Channel
from casedesk.store.unit_of_work import micros

WORDS: Final = {
    "alert": "not complete in time",
    "reassign": "now yours",
    "alarm": "needs a look",
    "remind": "not acknowledged yet",
    "assigned": "given to you",
    "wake": "time to ask again",
    "notify": "something to know",
    "review": "to be reviewed",
    "returned": "returned",
    "signature": "ready for signature",
    "digest": "several things need you",
    "delivery": "something did not go out",
    "trail.broken": "the record needs a look",
    "trail.digest": "the day's seal",
}
"""What each kind is called outside; any other is `something for you`."""

URGENT: Final = frozenset({"alert", "reassign", "alarm", "digest", "trail.broken"})
"""What goes out at once; `digest` is what a sweep merged for one person. The statements of `reminder.sql` say the same."""

LOOK_BACK: Final = timedelta(hours=24)
BATCH: Final = 100


def wanted(turn: Turn) -> bool:
    """Whether somebody is to be reminded of something outside that was not put up for sending yet."""
    mail = settings.mail(turn)
    for person in _people(turn):
        if (
            next(_untold(turn, person, mail, 1), None) is not None
            or next(_undesked(turn, person, 1), None) is not None
        ):
            return True
        if mail is not None and _digest_due(turn, person) is not None:
            return True
    return webhooks.news(turn, 1, only_look=True) > 0


def queue_up(turn: Turn) -> int:
    """Put up for sending what people were told and have not read, each by their own preference; how many rows."""
    mail = settings.mail(turn)
    made = 0
    for person in _people(turn):
        for row in _untold(turn, person, mail, BATCH):
            if person.id not in sight.shut_out(turn, row.matter_id):
                _mail(turn, person, row)
                made += 1
        for row in _undesked(turn, person, BATCH):
            words = WORDS.get(row.about, "something for you")
            deliveries.queue(
                turn,
                Channel.DESKTOP,
                f"{row.message_id}#desktop",
                row.about,
                person=person.id,
                subject="casedesk",
                body=f"{words}: {row.task_ref}" if row.task_ref else words,
                matter_id=row.matter_id,
                task_id=row.task_id,
                outbox_id=row.id,
            )
            made += 1
        if mail is not None and (key := _digest_due(turn, person)) is not None:
            _digest(turn, person, key)
            made += 1
    return made + webhooks.news(turn, BATCH)


def _people(turn: Turn) -> Any:
    """Those this worker reminds: everybody under the service, else the person who sits here."""
    mine = None if turn.actor.kind == "service" else turn.actor.id
    return turn.uow.all("preference.everybody", person_id=mine)


def _zone(turn: Turn, person: Any) -> ZoneInfo:
    return ZoneInfo(person.zone or turn.office.zone)


def _untold(turn: Turn, person: Any, mail: settings.MailSettings | None, limit: int) -> Iterator[Any]:
    if mail is None or not person.email or person.mail not in {"urgent", "all"}:
        return iter(())
    # What was told before there was a mail server does not follow all at once.
    since = max(micros(turn.now - LOOK_BACK), mail.since_us)
    every = int(person.mail == "all")
    return iter(
        turn.uow.all("reminder.untold", person_id=person.id, since_us=since, every=every, limit=limit)
    )


def _undesked(turn: Turn, person: Any, limit: int) -> Iterator[Any]:
    if not person.desktop:
        return iter(())
    since = micros(turn.now - timedelta(hours=1))
    return iter(turn.uow.all("reminder.undesked", person_id=person.id, since_us=since, limit=limit))


def _mail(turn: Turn, person: Any, row: Any) -> None:
    zone = _zone(turn, person)
    words = WORDS.get(row.about, "something for you")
    name = f"{row.task_ref} " if row.task_ref else ""
    lines = [f"{name}{words}."]
    if row.matter_ref and not row.guarded:
        lines.append(f"Matter {row.matter_ref}.")
    if row.due_us is not None:
        lines.append(f"Due {instant(row.due_us).astimezone(zone):%a %Y-%m-%d %H:%M %Z}.")
    if row.agency_due:
        lines.append(f"The agency's date is {row.agency_due}.")
    lines.append("The rest stands in casedesk.")
    emergency = bool(row.emergency)
    due = None if emergency else loud_from(turn.now, zone.key, person.quiet_from, person.quiet_until)
    deliveries.queue(
        turn,
        Channel.EMAIL,
        row.message_id,
        row.about,
        person=person.id,
        subject=f"casedesk: {name}{words}" if not emergency else f"casedesk: EMERGENCY, {name}{words}",
        body="\n".join(lines) + "\n",
        matter_id=row.matter_id,
        task_id=row.task_id,
        outbox_id=row.id,
        due=due,
    )


# -- the day's digest ---------------------------------------------------------------------------------------------


def _digest_due(turn: Turn, person: Any) -> str | None:
    """The key of today's digest, where it is time and it was not made yet."""
    if not person.email or person.mail == "none":
        return None
    local = turn.now.astimezone(_zone(turn, person))
    if local.time() < time.fromisoformat(person.digest_at):
        return None
    name = f"digest.{local:%Y%m%d}.{opaque(person.id).lower()}"
    key = deliveries.message_id(name, turn.uow.store_id)
    return None if turn.uow.one("delivery.find", id=None, key=key) is not None else key


def _digest(turn: Turn, person: Any, key: str) -> None:
    """One mail for the day: what is unread by kind, what is due, and the end of the record. Where there is nothing of
    the first two, the row says so and nothing goes."""
    zone = _zone(turn, person)
    yesterday = turn.now.astimezone(zone).date() - timedelta(days=1)
    since = micros(datetime.combine(yesterday, time(), zone))
    unread = turn.uow.all("reminder.unread", person_id=person.id, since_us=since, outside=person.outside)
    work = turn.uow.all(
        "reminder.work", person_id=person.id, until_us=micros(turn.now + timedelta(hours=48)), limit=20
    )
    lines = []
    if unread:
        lines.append("Unread in casedesk since yesterday:")
        lines += [f"  {row.n} x {WORDS.get(row.about, 'something for you')}" for row in unread]
    if work:
        lines.append("Due by the day after tomorrow, or overdue:")
        lines += [f"  {_work(row, zone, turn.now)}" for row in work]
    something = bool(lines)
    lines += _record(turn, person)
    deliveries.queue(
        turn,
        Channel.EMAIL,
        key,
        "digest.daily",
        person=person.id,
        subject=f"casedesk: {len(work)} due, {sum(row.n for row in unread)} unread",
        body="\n".join(lines) + "\n",
        due=loud_from(turn.now, zone.key, person.quiet_from, person.quiet_until),
        aside="" if something else "nothing to say that day",
    )


def _work(row: Any, zone: ZoneInfo, now: datetime) -> str:
    due = instant(row.due_us)
    matter = f" of {row.matter_ref}" if row.matter_ref and not row.guarded else ""
    agency = f", agency's date {row.agency_due}" if row.agency_due else ""
    late = "overdue since" if due < now else "due"
    return f"{row.ref}{matter}: {late} {due.astimezone(zone):%a %Y-%m-%d %H:%M}{agency}"


def _record(turn: Turn, person: Any) -> list[str]:
    """The newest seal and how many entries are under it, of those this person may read; kept in a mailbox, it shows
    later whether the record was changed. Only who reads every stream's end can count them."""
    newest = seals.last(turn)
    if newest is None or turn.actor.kind != "service" or person.outside:
        return []
    entries = turn.uow.scalar("seal.readable", person_id=person.id)
    return [
        f"The record: seal {newest.seq}, {entries} entries of what you may read,",
        f"  {newest.hash}",
    ]

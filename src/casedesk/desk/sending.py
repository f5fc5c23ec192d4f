"""The sending itself: what was put up goes out by mail, webhook and desktop, outside every transaction.

Rows are claimed one at a time, so that a crash leaves one in doubt and no more. Passwords and tokens come from this
machine's keyring or key file; where it has none, the rows wait for a machine that has. A demo never sends.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from casedesk.channels import desktop, mail, webhook
from casedesk.channels.trouble import Fate, Trouble
from casedesk.desk import deliveries, mail_login, reminding, settings, webhooks
from casedesk.desk.deliveries import Outgoing
from casedesk.desk.desk import Desk
from casedesk.desk.settings import MailSettings
from casedesk.desk.views.care import Swept
from casedesk.desk.views.telling import Sent
from casedesk.models.enums import Channel
from casedesk.refusal import Refusal
from casedesk.security.channel_keys import ChannelKeys
from casedesk.store.unit_of_work import micros

MAIL = frozenset({Channel.EMAIL, Channel.INVITATION})


def keys_of(desk: Desk, key_file: Path | None = None) -> ChannelKeys:
    """Where this machine keeps what the store's channels sign in with."""
    return ChannelKeys(desk.store.meta["store_id"], key_file, keyring=not desk.demo)


def send_due(
    desk: Desk, now: datetime, limit: int = 50, *, key_file: Path | None = None, seat: bool = False
) -> Sent:
    """Put up what people are to be reminded of, and send what may go now: at most `limit` by each way.

    On a local store and under the service login it is everybody's; another login of a shared store sends its own
    person's. `seat` says that the person sits at this machine, so that notices may be shown on its desktop. Raises
    `StoreUnavailable` only.
    """
    if desk.demo or desk.store.read_only:
        return Sent()
    worker = desk.as_worker()
    if worker.read(reminding.wanted):
        worker.write_unheard(reminding.queue_up)
    if worker.read(deliveries.stale):
        worker.write(deliveries.doubt)
    due = worker.read(deliveries.due)
    if not due:
        return Sent()
    round_ = _Round(worker, now, limit, keys_of(desk, key_file))
    if due & MAIL:
        round_.guarded(round_.mails)
    if Channel.WEBHOOK in due:
        round_.guarded(round_.webhooks)
    if Channel.DESKTOP in due and seat:
        me = desk.read(lambda turn: turn.actor.id)
        round_.guarded(lambda: round_.notices(me))
    return round_.so_far


def after_sweep(
    desk: Desk, swept: Swept, *, key_file: Path | None = None, seat: bool = False
) -> tuple[Swept, str]:
    """A sweep with what was sent after it, and what stands against sending ("" when nothing does)."""
    done = send_due(desk, desk.now(), key_file=key_file, seat=seat)
    return replace(swept, sent=swept.sent + done.sent, failed=swept.failed + done.failed), done.why


@dataclass
class _Round:
    """One call of `send_due`; `so_far` is what it came to."""

    worker: Desk
    now: datetime
    limit: int
    keys: ChannelKeys
    so_far: Sent = field(default_factory=Sent)

    def guarded(self, way: Callable[[], None]) -> None:
        """One way that is refused on this machine stands in no other's way."""
        try:
            way()
        except Refusal as refusal:
            if refusal.exit_status == 3:
                raise
            self._count(why=refusal.sentence())

    def mails(self) -> None:
        found = self.worker.read(settings.mail)
        if found is None:
            return self._count(why="The firm has no mail server: `casedesk channel mail set`.")
        try:
            login = mail_login.login(found, self.keys, self.now)
        except Trouble as trouble:
            return self._hold(trouble.sentence)
        if login is None and found.auth != "none":
            return self._count(why="This machine has no login for mail: `casedesk channel mail login`.")
        try:
            with mail.line(mail_login.server(found), login) as line:
                self._mails(found, line)
        except Trouble as trouble:
            self._hold(trouble.sentence)
        return None

    def _mails(self, found: MailSettings, line: mail.Line) -> None:
        for _ in range(self.limit):
            row = self.worker.write_unheard(deliveries.claim, _who(), mail=True)
            if row is None:
                return
            trouble = self._try(row, lambda row=row: line.send(self._letter(found, row)))  # type: ignore[misc]
            if trouble is not None and trouble.fate in {Fate.CLOSED, Fate.UNSURE}:
                if trouble.fate is Fate.CLOSED:
                    self._hold(trouble.sentence)
                return

    def _letter(self, found: MailSettings, row: Outgoing) -> EmailMessage:
        return mail.message(
            sender=found.sender,
            to=row.address,
            subject=row.subject,
            body=row.body,
            message_id=deliveries.message_id(row.key, self.worker.store.meta["store_id"]),
            at=row.created,
            calendar=row.calendar,
            method=row.method,
        )

    def webhooks(self) -> None:
        for _ in range(self.limit):
            row = self.worker.write_unheard(deliveries.claim, _who(), webhook=True)
            if row is None:
                return
            self._try(row, lambda row=row: self._call(row))  # type: ignore[misc]

    def _call(self, row: Outgoing) -> None:
        found = None if row.webhook is None else self.worker.read(webhooks.target, row.webhook)
        if found is None or not found.active:
            raise Trouble(Fate.NEVER, "The webhook was stopped.")
        key = self.keys.find(webhooks.secret_name(found.ref))
        if key is None:
            raise Trouble(
                Fate.LATER, f"This machine does not have the key of {found.ref}: `casedesk webhook key`."
            )
        webhook.send(
            found.url,
            row.body.encode(),
            key.encode(),
            seconds=micros(self.now) // 1_000_000,
            delivery=row.key,
            private=found.private,
        )

    def notices(self, person: int) -> None:
        for _ in range(self.limit):
            row = self.worker.write_unheard(deliveries.claim, _who(), seat=person)
            if row is None:
                return
            self._try(row, lambda row=row: desktop.notice(row.subject, row.body))  # type: ignore[misc]

    def _try(self, row: Outgoing, send: Callable[[], None]) -> Trouble | None:
        """Send one claimed row and mark it. What raises anything else is left `sending`, and will be in doubt."""
        try:
            send()
        except Trouble as trouble:
            self._mark(row, trouble)
            return trouble
        self.worker.write_unheard(deliveries.sent, row.id)
        self._count(sent=1)
        return None

    def _mark(self, row: Outgoing, trouble: Trouble) -> None:
        match trouble.fate:
            case Fate.NEVER:
                self.worker.write(deliveries.failed, row.id, trouble.sentence)
                self._count(failed=1)
            case Fate.UNSURE:
                self.worker.write(deliveries.unsure, row.id, trouble.sentence)
                self._count(unknown=1)
            case _:
                tried_again = self.worker.write(deliveries.again, row.id, trouble.sentence)
                self._count(failed=0 if tried_again else 1, why=trouble.sentence)

    def _hold(self, why: str) -> None:
        self._count(failed=self.worker.write(deliveries.hold, why), why=why)

    def _count(self, *, sent: int = 0, failed: int = 0, unknown: int = 0, why: str = "") -> None:
        was = self.so_far
        self.so_far = Sent(was.sent + sent, was.failed + failed, was.unknown + unknown, why or was.why)


def _who() -> str:
    """This process, as it stands beside what it claimed."""
    return f"process {os.getpid()}"

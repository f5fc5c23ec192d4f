"""A firm whose mail goes to a server on loopback: what is told, queued, sent, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedesk.desk import deliveries, mail_login, sending, settings
from casedesk.desk.apply import About, tell
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn
from casedesk.desk.views.telling import Sent
from casedesk.models.enums import Channel
from tests.support.firm import FirmFixture
from tests.support.postoffice import PostOffice

PASSWORD = "canary-mail-password-77-plum"
SENDER = "desk@reyes.example"
ADDRESSED = ("lchen", "mduarte", "inovak", "aokafor")


@dataclass
class Posted:
    """`send()` is one round of the worker's; `tell` and `queue` are acts of the worker's, `told` what stands in the app."""

    firm: FirmFixture
    office: PostOffice
    key_file: Path

    def desk(self, who: str = "desk") -> Desk:
        return self.firm.desk(who)

    def set(self, **changes: str) -> None:
        found = self.desk("inovak").write(
            settings.set_mail, {f"mail.{key}": value for key, value in changes.items()}
        )
        assert found is not None
        if found.auth == "password":
            mail_login.keep_password(found, sending.keys_of(self.desk("inovak"), self.key_file), PASSWORD)

    def send(self, who: str = "desk", **more: Any) -> Sent:
        desk = self.desk(who)
        return sending.send_due(desk, desk.now(), **{"key_file": self.key_file, **more})

    def tell(
        self, who: str, about: str, words: str = "Something", *, matter: str = "", task: str = ""
    ) -> None:
        def said(turn: Turn) -> None:
            row = turn.matter(matter) if matter else None
            which = About(event_id=0, subject="a test", matter_id=None if row is None else row.id)
            found = turn.uow.need("task", task, "task.find", ref=task, id=0) if task else None
            tell(turn, turn.person(who).id, words, about, which, task_id=None if found is None else found.id)

        self.desk().write(said)

    def queue(self, key: str = "test.1", who: str = "lchen", **more: Any) -> None:
        def queued(turn: Turn) -> None:
            values = {"subject": "casedesk: a test", "body": "ok\n", **more}
            deliveries.queue(turn, Channel.EMAIL, key, "test", person=turn.person(who).id, **values)

        self.desk().write(queued)

    def states(self, who: str = "inovak") -> dict[str, str]:
        listed = self.desk(who).read(deliveries.listing, everybody=True)
        return {row.key: row.state for row in listed}

    def id_of(self, key: str) -> str:
        return next(
            row.id for row in self.desk("inovak").read(deliveries.listing, everybody=True) if row.key == key
        )


def posted_firm(firm: FirmFixture, office: PostOffice, folder: Path, more: Mapping[str, str] = {}) -> Posted:
    """The firm with a mail server, its password in a key file in `folder`, and addresses for `ADDRESSED`."""
    folder.mkdir(mode=0o700)
    made = Posted(firm, office, folder / "channels")
    office.logins[SENDER] = PASSWORD
    for handle in ADDRESSED:
        firm.desk("inovak").write(_address, handle)
    made.set(
        **{"host": "localhost", "port": str(office.port), "from": SENDER, "ca_file": str(office.ca), **more}
    )
    return made


def _address(turn: Turn, handle: str) -> None:
    turn.uow.update("person", turn.person(handle).id, email=f"{handle}@reyes.example")

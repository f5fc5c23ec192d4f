"""What is sent outside: mail against a real server on loopback, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from casedesk.desk import deliveries, mail_login, sending, settings
from casedesk.desk.apply import About, tell
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn
from casedesk.desk.views import Sent
from casedesk.models.enums import Channel
from tests.support.firm import FirmFixture
from tests.support.postoffice import PostOffice, post_office

PASSWORD = "canary-mail-password-77-plum"
SENDER = "desk@reyes.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path / "office") as made:
        made.logins[SENDER] = PASSWORD
        yield made


@dataclass
class Posted:
    """A firm whose mail goes to a server on loopback; `send()` is one round of the worker's."""

    firm: FirmFixture
    office: PostOffice
    key_file: Path

    def desk(self, who: str = "desk") -> Desk:
        return self.firm.desk(who)

    def send(self, who: str = "desk", **more: Any) -> Sent:
        desk = self.desk(who)
        return sending.send_due(desk, desk.now(), key_file=self.key_file, **more)

    def tell(self, who: str, about: str, words: str = "Something", **more: Any) -> None:
        def told(turn: Turn) -> None:
            tell(turn, turn.person(who).id, words, about, About(event_id=0, subject="a test", **more))

        self.desk().write(told)

    def queue(self, key: str = "test.1", who: str = "lchen", **more: Any) -> None:
        def queued(turn: Turn) -> None:
            person = turn.person(who).id
            deliveries.queue(
                turn,
                Channel.EMAIL,
                key,
                "test",
                person=person,
                subject="casedesk: a test",
                body="ok\n",
                **more,
            )

        self.desk().write(queued)

    def states(self, who: str = "inovak") -> dict[str, str]:
        listed = self.desk(who).read(deliveries.listing, everybody=True)
        return {row.key: row.state for row in listed}


@pytest.fixture
def posted(copied: FirmFixture, office: PostOffice, tmp_path: Path) -> Posted:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    made = Posted(copied, office, keys / "channels")
    manager = copied.desk("inovak")
    for handle in ("lchen", "mduarte", "inovak"):
        manager.write(_address, handle)
    found = manager.write(
        settings.set_mail,
        {
            "mail.host": "localhost",
            "mail.port": str(office.port),
            "mail.from": SENDER,
            "mail.ca_file": str(office.ca),
        },
    )
    assert found is not None
    mail_login.keep_password(found, sending.keys_of(manager, made.key_file), PASSWORD)
    return made


def _address(turn: Turn, handle: str) -> None:
    person = turn.person(handle)
    turn.uow.update("person", person.id, email=f"{handle}@reyes.example")


def test_a_mail_goes_out_once_over_tls(posted: Posted) -> None:
    posted.queue()
    assert posted.send() == Sent(sent=1)
    assert posted.send() == Sent()
    (mail,) = posted.office.messages
    assert mail["To"] == "lchen@reyes.example"
    assert mail["From"] == f"casedesk <{SENDER}>"
    assert mail["Subject"] == "casedesk: a test"
    assert mail.get_content().strip() == "ok"
    assert str(mail["Message-ID"]).startswith("<test.1@")
    assert posted.office.signed_in == [SENDER]
    assert [line.split()[0].upper() for line in posted.office.in_the_clear] == ["EHLO", "STARTTLS"]
    assert posted.states() == {"test.1": "sent"}

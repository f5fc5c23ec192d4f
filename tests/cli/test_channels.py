"""The ways out of the desk, from the command line: a mail server, its login, webhooks, preferences, deliveries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Office
from tests.support.keeping import by_its_owner
from tests.support.postoffice import PostOffice, post_office

PASSWORD = "canary-mail-password-93-fig"
SENDER = "desk@reyes.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path / "office") as made:
        made.logins[SENDER] = PASSWORD
        yield made


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("CASEDESK_KEY_FILE", str(folder / "keys"))
    return folder / "keys"


def _set(office: Office, server: PostOffice) -> None:
    said = office.does(
        "inovak",
        *("channel", "mail", "set", "--host", "localhost", "--port", server.port, "--from", SENDER),
        *("--ca-file", server.ca),
    )
    assert (said["host"], said["auth"], said["security"]) == ("localhost", "password", "starttls")


def test_a_mail_server_is_set_signed_in_to_and_tried(
    office: Office, server: PostOffice, key_file: Path
) -> None:
    asleep = "Reminders work while this laptop sleeps: "
    assert (
        office.says("inovak", "doctor")
        .out.splitlines()[-1]
        .startswith(f"{asleep}no, because the firm has no")
    )
    _set(office, server)
    refused = office.tries("inovak", "channel", "test", "--to", "inovak@reyes.example")
    assert (refused.status, refused.code) == (1, "no_mail_login")
    kept = office.does("inovak", "channel", "mail", "login", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert kept == {"host": "localhost", "kept": f"the key file {key_file}", "user": SENDER}
    said = office.does("inovak", "channel", "test", "--to", "inovak@reyes.example")
    assert said["ok"] is True
    (mail,) = server.messages
    assert mail["To"] == "inovak@reyes.example"
    rows = {row["channel"]: row for row in office.does("inovak", "channel", "list")}
    assert rows["mail"]["ready"] is True
    assert rows["webhook"]["set_up"] is False

    wrong = office.tries("inovak", "doctor", "--send-test")
    (check,) = [c for c in wrong.json["checks"] if c["id"] == "mail"]
    assert (wrong.status, check["ok"], check["detail"]) == (1, False, "You have no mail address on record.")
    assert wrong.json["reminders"] == f"{asleep}no, because you have no mail address on record."

    server.logins[SENDER] = "another"
    bad = office.tries("inovak", "channel", "test", "--to", "inovak@reyes.example")
    assert bad.status == 1
    assert "refused the password" in bad.json["detail"]
    assert office.does("inovak", "channel", "mail", "login", "--forget")["kept"] == ""
    assert office.tries("inovak", "channel", "test", "--to", "a@b.example").code == "no_mail_login"


def test_only_a_manager_says_where_mail_goes(local_office: Office) -> None:
    refused = local_office.tries("mduarte", "channel", "mail", "set", "--host", "mail.evil.example")
    assert (refused.status, refused.code) == (1, "not_allowed")
    for words in (
        ("--security", "none"),
        ("--port", "99999"),
        ("--from", "two@words.example, other@words.example"),
        ("--host", "a host"),
        ("--authority", "http://plain.example"),
        ("--auth", "plain"),
    ):
        assert local_office.tries("inovak", "channel", "mail", "set", *words).code == "bad_setting", words
    missing = local_office.tries(
        *("inovak", "channel", "mail", "set", "--host", "smtp.office365.com", "--from", SENDER),
        *("--auth", "xoauth2"),
    )
    assert missing.code == "client_id_missing"
    assert local_office.tries("inovak", "channel", "mail", "login").code == "no_mail_server"


def test_only_a_manager_lets_names_into_calendars(local_office: Office) -> None:
    setting = ("config", "calendar-names")
    told = local_office.tries("mduarte", *setting, "yes")
    assert (told.status, told.code) == (1, "not_allowed")
    assert local_office.tries("jreyes", *setting, "perhaps").status == 2
    for word in ("yes", "no"):
        assert local_office.does("jreyes", *setting, word) == {"calendar_names": word == "yes"}
        assert local_office.does("mduarte", *setting) == {"calendar_names": word == "yes"}
    last = local_office.does("jreyes", "audit", "list", "--limit", 2)
    assert [(e["action"], e["subject"]) for e in last] == [("setting.changed", "calendar.names")] * 2


def test_a_changed_server_is_not_given_the_password_kept_for_another(
    local_office: Office, server: PostOffice, key_file: Path
) -> None:
    _set(local_office, server)
    local_office.does("inovak", "channel", "mail", "login", "--password-stdin", stdin=f"{PASSWORD}\n")
    local_office.does("inovak", "channel", "mail", "set", "--host", "127.0.0.1")
    assert local_office.tries("inovak", "channel", "test", "--to", "a@b.example").code == "no_mail_login"
    assert server.connections == 0


def test_preferences_are_ones_own(local_office: Office) -> None:
    said = local_office.does("lchen", "preference", "show")
    assert said == {
        "person": "lchen",
        "mail": "urgent",
        "quiet_from": "20:00",
        "quiet_until": "07:00",
        "digest_at": "08:00",
        "desktop": False,
        "invitations": True,
    }
    said = local_office.does(
        *("lchen", "preference", "set", "--mail", "all", "--quiet", "22:00-06:30", "--digest", "09:15"),
        *("--desktop", "--no-invitations"),
    )
    assert said == {
        "person": "lchen",
        "mail": "all",
        "quiet_from": "22:00",
        "quiet_until": "06:30",
        "digest_at": "09:15",
        "desktop": True,
        "invitations": False,
    }
    assert local_office.does("lchen", "preference", "set", "--mail", "none")["digest_at"] == "09:15"
    assert local_office.does("inovak", "preference", "show", "lchen")["mail"] == "none"
    assert local_office.does("mduarte", "preference", "show")["mail"] == "urgent"
    for words in (("--mail", "sometimes"), ("--quiet", "8-9"), ("--digest", "25:00")):
        assert local_office.tries("lchen", "preference", "set", *words).code == "bad_preference"


def test_a_webhook_shows_its_key_once(local_office: Office, key_file: Path) -> None:
    refused = local_office.tries("mduarte", "webhook", "add", "https://hooks.reyes.example/desk")
    assert refused.code == "not_allowed"
    for url in (
        "http://hooks.reyes.example/desk",
        "https://127.0.0.1/desk",
        "https://[::ffff:10.0.0.1]/",
        "https://printer.local/",
        "https://user:word@hooks.example/",
        "ftp://hooks.example/",
        "https://169.254.169.254/latest",
    ):
        assert local_office.tries("inovak", "webhook", "add", url).code == "bad_address", url
    made = local_office.does(
        "inovak", "webhook", "add", "https://hooks.reyes.example/desk", "--about", "alarm"
    )
    assert made["about"] == ["alarm"]
    assert len(made["key"]) > 40
    (row,) = local_office.does("inovak", "webhook", "list")
    assert (row["ref"], row["active"], "key" in row) == (made["ref"], True, False)
    assert made["key"] not in local_office.says("inovak", "audit", "list", "--limit", "1000").out
    assert local_office.does("inovak", "webhook", "stop", made["ref"])["active"] is False
    assert (
        local_office.does("inovak", "webhook", "key", made["ref"], "--key-stdin", stdin="another\n")["ref"]
        == made["ref"]
    )


def test_nothing_in_doubt_is_settled(local_office: Office) -> None:
    assert local_office.does("lchen", "delivery", "list") == []
    assert local_office.tries("lchen", "delivery", "settle", "none", "sent").code == "not_found"
    assert local_office.tries("lchen", "delivery", "list", "--all").code == "not_allowed"
    assert local_office.tries("lchen", "delivery", "list", "--state", "lost").code == "bad_state"


def test_a_demo_sends_nothing(local_office: Office) -> None:
    by_its_owner(local_office.firm)("INSERT INTO engine_meta (key, value) VALUES ('demo', '1')")
    for words in (
        ("channel", "mail", "set", "--host", "smtp.example.com", "--from", SENDER),
        ("channel", "mail", "login", "--password-stdin"),
        ("channel", "test", "--to", "a@b.example"),
        ("webhook", "add", "https://hooks.reyes.example/"),
    ):
        assert local_office.tries("inovak", *words, stdin="x\n").code == "demo_sends_nothing", words

"""The channels themselves, each against a real server on loopback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from casedesk.channels import http, mail, oauth, webhook
from casedesk.channels.mail import Login, Server
from casedesk.channels.redirect import Landing
from casedesk.channels.trouble import Fate, Trouble
from tests.support.loopback import closed_port, mail_server
from tests.support.postoffice import PostOffice, post_office
from tests.support.tls import Root
from tests.support.webserver import Posted, SignIn, WebServer, web_server

AT = datetime(2026, 11, 9, 14, 40, tzinfo=UTC)
SENDER = "desk@reyes.example"
PASSWORD = "canary-password-plum"
LOGIN = Login(SENDER, PASSWORD)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path / "office") as made:
        made.logins[SENDER] = PASSWORD
        yield made


def _server(office: PostOffice, **other: object) -> Server:
    said = {
        "host": "localhost",
        "port": office.port,
        "security": "starttls",
        "ca_file": str(office.ca),
        **other,
    }
    return Server(**said)  # type: ignore[arg-type]


def _letter(**other: str) -> EmailMessage:
    said = {
        "sender": SENDER,
        "to": "lchen@reyes.example",
        "subject": "casedesk: a test",
        "body": "one\n.two\n..\n",
        "message_id": "<test.1@store.casedesk>",
        **other,
    }
    return mail.message(at=AT, **said)


def _send(server: Server, login: Login | None = LOGIN, **other: str) -> None:
    with mail.line(server, login) as line:
        line.send(_letter(**other))


def _trouble(server: Server, login: Login | None = LOGIN, **other: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        _send(server, login, **other)
    assert PASSWORD not in str(caught.value)
    return caught.value


# -- mail -----------------------------------------------------------------------------------------------------------


def test_a_message_arrives_as_it_was_written(office: PostOffice) -> None:
    _send(_server(office))
    assert office.messages[0].get_content().splitlines() == ["one", ".two", ".."]
    assert office.messages[0]["Auto-Submitted"] == "auto-generated"
    assert office.messages[0]["Date"] == "Mon, 09 Nov 2026 14:40:00 +0000"


def test_an_invitation_is_a_part_that_calendars_read(office: PostOffice) -> None:
    text = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n"
    _send(_server(office), calendar=text, method="CANCEL")
    part = office.messages[0].get_body(("calendar",)) or list(office.messages[0].iter_parts())[1]
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "CANCEL"
    assert "METHOD:CANCEL" in part.get_content()


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    with post_office(tmp_path / "office", implicit=True) as office:
        office.logins[SENDER] = PASSWORD
        _send(_server(office, security="tls"))
        assert office.signed_in == [SENDER]
        assert office.in_the_clear == []


def test_a_certificate_of_strangers_hears_nothing(office: PostOffice, tmp_path: Path) -> None:
    other = Root.make(tmp_path, "other")
    trouble = _trouble(_server(office, ca_file=str(other.file)))
    assert trouble.fate is Fate.CLOSED
    assert "certificate" in trouble.sentence
    assert "certificate" in _trouble(_server(office, ca_file="")).sentence
    assert (office.signed_in, office.messages) == ([], [])
    assert [line.split()[0].upper() for line in office.in_the_clear] == ["EHLO", "STARTTLS"] * 2


@pytest.mark.parametrize("implicit", [False, True])
def test_a_certificate_made_out_to_another_name_hears_nothing(tmp_path: Path, implicit: bool) -> None:
    with post_office(tmp_path / "office", host="mail.other.example", implicit=implicit) as office:
        office.logins[SENDER] = PASSWORD
        trouble = _trouble(_server(office, security="tls" if implicit else "starttls"))
        assert "another name" in trouble.sentence
        assert (office.signed_in, office.messages) == ([], [])


def test_a_server_without_tls_hears_no_login(office: PostOffice) -> None:
    office.starttls = False
    assert "STARTTLS" in _trouble(_server(office)).sentence
    assert [line.split()[0].upper() for line in office.in_the_clear] == ["EHLO"]
    with mail_server() as plain:
        server = Server("localhost", plain.port, "starttls")
        assert _trouble(server).fate is Fate.CLOSED
        assert _trouble(Server("localhost", plain.port, "tls"), None).fate is Fate.CLOSED
        assert plain.messages == []


def test_nobody_there(office: PostOffice) -> None:
    trouble = _trouble(Server("localhost", closed_port(), "starttls"))
    assert (trouble.fate, "refused the connection" in trouble.sentence) == (Fate.CLOSED, True)
    trouble = _trouble(Server("nowhere.invalid", 587, "tls"))
    assert trouble.fate is Fate.CLOSED


def test_what_a_server_refuses(office: PostOffice) -> None:
    office.refuse_to = {"lchen@reyes.example"}
    trouble = _trouble(_server(office))
    assert (trouble.fate, trouble.sentence) == (Fate.NEVER, "The mail server refused the recipient (550).")
    office.refuse_to = set()
    office.busy = True
    assert _trouble(_server(office)).fate is Fate.LATER
    office.busy = False
    assert _trouble(_server(office), None).fate is Fate.CLOSED
    wrong = _trouble(_server(office), Login(SENDER, "canary-other"))
    assert (wrong.fate, "refused the password" in wrong.sentence) == (Fate.CLOSED, True)
    assert "canary" not in wrong.sentence
    office.hang_up = True
    assert _trouble(_server(office)).fate is Fate.UNSURE
    assert len(office.messages) == 1


def test_a_refused_message_does_not_stop_the_next_on_the_same_line(office: PostOffice) -> None:
    office.refuse_to = {"gone@reyes.example"}
    with mail.line(_server(office), LOGIN) as line:
        with pytest.raises(Trouble):
            line.send(_letter(to="gone@reyes.example"))
        line.send(_letter())
    assert office.recipients == [["lchen@reyes.example"]]


@pytest.mark.parametrize(
    "bad",
    [
        {"subject": "one\r\nBcc: all@evil.example"},
        {"to": "lchen@reyes.example\r\nBcc: all@evil.example"},
        {"to": "lchen@reyes.example, all@evil.example"},
        {"to": ""},
        {"to": "nobody"},
    ],
)
def test_no_head_is_smuggled_in(bad: dict[str, str]) -> None:
    with pytest.raises(Trouble) as caught:
        _letter(**bad)
    assert caught.value.fate is Fate.NEVER


def test_a_token_signs_in_and_a_bad_one_does_not(office: PostOffice) -> None:
    office.logins.clear()
    office.tokens = {"canary-token-good"}
    _send(_server(office), Login(SENDER, "canary-token-good", "xoauth2"))
    assert office.signed_in == [SENDER]
    refused = _trouble(_server(office), Login(SENDER, "canary-token-bad", "xoauth2"))
    assert (refused.fate, "refused the token" in refused.sentence) == (Fate.CLOSED, True)
    assert "canary" not in refused.sentence
    office.tokens = set()
    assert "XOAUTH2" in _trouble(_server(office), Login(SENDER, "x", "xoauth2")).sentence
    assert "canary" not in repr(Login(SENDER, "canary-token-good", "xoauth2"))


# -- signing in by token ---------------------------------------------------------------------------------------------


@pytest.fixture
def web(tmp_path: Path) -> Iterator[WebServer]:
    with web_server(tmp_path / "web") as made:
        yield made


def _registration(web: WebServer, **other: object) -> oauth.Registration:
    said = {
        "provider": "microsoft",
        "client_id": "our-app",
        "tenant": "reyes.example",
        "authority": f"https://localhost:{web.port}",
        "ca_file": str(web.ca),
        "private": True,
        **other,
    }
    return oauth.Registration(**said)  # type: ignore[arg-type]


def test_a_device_code_becomes_tokens(web: WebServer) -> None:
    web.answer = SignIn("our-app", pending=2, slow_down=True)
    registration = _registration(web)
    device = oauth.begin(registration)
    assert (device.user_code, device.where) == ("WDJB-MJHT", "https://login.example/device")
    waited: list[float] = []
    tokens = oauth.collect(registration, device, waited.append)
    assert waited == [5, 10, 10, 10]
    assert tokens.access == "canary-access-1"
    assert [came.path for came in web.posted][:2] == [
        "/reyes.example/oauth2/v2.0/devicecode",
        "/reyes.example/oauth2/v2.0/token",
    ]
    assert web.posted[0].form["scope"] == "https://outlook.office.com/SMTP.Send offline_access"
    assert oauth.refreshed(registration, tokens.refresh).access == "canary-access-2"
    assert "canary" not in repr((registration, device, tokens))


def test_what_a_sign_in_server_refuses_is_said_in_our_words(web: WebServer) -> None:
    registration = _registration(web)
    web.answer = SignIn("another-app")
    for ask in (lambda: oauth.begin(registration), lambda: oauth.refreshed(registration, "canary-refresh-1")):
        with pytest.raises(Trouble, match="client id") as caught:
            ask()
        assert "canary" not in str(caught.value)
    web.answer = SignIn("our-app", denied=True)
    with pytest.raises(Trouble, match="said no"):
        oauth.collect(registration, oauth.begin(registration), lambda _seconds: None)
    web.answer = SignIn("our-app", pending=1000)
    with pytest.raises(Trouble, match="run out"):
        oauth.collect(registration, oauth.begin(registration), lambda _seconds: None)
    with pytest.raises(Trouble, match="no longer good"):
        oauth.refreshed(registration, "canary-refresh-old")
    web.answer = lambda _came: (502, b"<html>")
    with pytest.raises(Trouble, match="502"):
        oauth.begin(registration)
    with pytest.raises(Trouble, match="certificate"):
        oauth.begin(_registration(web, ca_file=""))
    with pytest.raises(Trouble, match="inside a network of our own"):
        oauth.begin(_registration(web, private=False))


def test_a_browser_signs_in_on_a_loopback_port_with_pkce(web: WebServer) -> None:
    web.answer = SignIn("our-app")
    registration = _registration(web, provider="google", secret="canary-app-secret")
    with Landing() as landing:
        asked = oauth.consent(registration, landing.url, SENDER)
        said = {key: values[0] for key, values in parse_qs(urlsplit(asked.url).query).items()}

        def browser() -> None:
            for query in ("state=forged&code=evil", f"state={said['state']}&code=canary-code"):
                with urlopen(f"{said['redirect_uri']}?{query}") as page:
                    assert b"canary" not in page.read()

        person = threading.Thread(target=browser)
        person.start()
        code = landing.code(asked.state, 20)
        person.join()
    assert oauth.redeemed(registration, asked, code).access == "canary-access-1"
    form = web.posted[-1].form
    challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == said["code_challenge"]
    assert (said["scope"], said["code_challenge_method"]) == ("https://mail.google.com/", "S256")
    with Landing() as landing, pytest.raises(Trouble, match="in time"):
        landing.code("state", 0.05)


# -- webhooks --------------------------------------------------------------------------------------------------------


def _verified(came: Posted, key: bytes, now: int) -> bool:
    """As a receiver checks it: written from the description in the module, not from its code."""
    parts = dict(part.split("=", 1) for part in came.headers["x-casedesk-signature"].split(","))
    wanted = hmac.new(key, parts["t"].encode() + b"." + came.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts["v1"]) and abs(now - int(parts["t"])) < 300


def test_a_receiver_can_check_who_called_and_when() -> None:
    with web_server() as web:
        url = f"http://127.0.0.1:{web.port}/hook?x=1"
        webhook.send(url, b'{"a":1}', b"key", seconds=1000, delivery="d1", private=True)
        (came,) = web.posted
        assert (came.path, came.body) == ("/hook?x=1", b'{"a":1}')
        assert came.headers["x-casedesk-delivery"] == "d1"
        assert _verified(came, b"key", 1100)
        assert not _verified(came, b"other", 1100)
        assert not _verified(came, b"key", 1400)
        assert not _verified(Posted(came.path, came.headers, b'{"a":2}'), b"key", 1100)


def test_what_a_webhook_answers_says_whether_it_is_tried_again() -> None:
    with web_server() as web:
        url = f"http://127.0.0.1:{web.port}/"
        for status, fate in ((500, Fate.LATER), (429, Fate.LATER), (404, Fate.NEVER), (302, Fate.NEVER)):
            web.answer = lambda _came, status=status: (status, b"")  # type: ignore[misc]
            web.location = f"{url}elsewhere"
            with pytest.raises(Trouble) as caught:
                webhook.send(url, b"{}", b"key", seconds=1, delivery="d", private=True)
            assert caught.value.fate is fate
        assert [came.path for came in web.posted] == ["/"] * 4
        with pytest.raises(Trouble) as caught:
            webhook.send(
                f"http://127.0.0.1:{closed_port()}/", b"{}", b"k", seconds=1, delivery="d", private=True
            )
        assert caught.value.fate is Fate.LATER


def test_nothing_inside_is_called_unless_it_was_allowed() -> None:
    with web_server() as web:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"):
            with pytest.raises(Trouble) as caught:
                http.post(f"http://{host}:{web.port}/", b"{}", {})
            assert caught.value.fate is Fate.NEVER, host
        assert web.posted == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_which_addresses_are_inside(address: str, public: bool) -> None:
    assert http.is_public(address) is public

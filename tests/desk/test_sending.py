"""What goes outside: each thing once, by mail against a real server on loopback, on both stores."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from casedesk.desk import deliveries, mail_login, matters, outlets, sending, settings, tells, walls, webhooks
from casedesk.desk.views.telling import Sent
from casedesk.refusal import NotAllowed, Refusal
from casedesk.security.channel_keys import PIECE, ChannelKeys
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.keeping import Copies, by_its_owner
from tests.support.keyrings import Memory, using
from tests.support.loopback import closed_port
from tests.support.posting import SENDER, Posted, posted_firm
from tests.support.postoffice import PostOffice, post_office
from tests.support.webserver import SignIn, web_server
from tests.unit.test_channels import _verified

DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path / "office") as made:
        yield made


@pytest.fixture
def local(
    store_path: Path, manual_clock: ManualClock, office: PostOffice, tmp_path: Path
) -> Iterator[Posted]:
    """On a local store alone: what both stores say alike is said once."""
    firm = local_firm(store_path, manual_clock)
    yield posted_firm(firm, office, tmp_path / "keys")
    firm.close()


@pytest.fixture
def shared(copies: Copies, manual_clock: ManualClock, office: PostOffice, tmp_path: Path) -> Iterator[Posted]:
    """On a shared store alone: walls, and whose app sends what."""
    firm = copies.copy(manual_clock)
    yield posted_firm(firm, office, tmp_path / "keys")
    firm.close()
    assert firm.owned is not None
    copies.server.drop(firm.owned)


@pytest.fixture
def posted(firm: FirmFixture, office: PostOffice, tmp_path: Path) -> Posted:
    return posted_firm(firm, office, tmp_path / "keys")


def test_a_mail_goes_out_once_over_tls(posted: Posted) -> None:
    posted.queue()
    posted.queue()
    assert posted.send() == Sent(sent=1)
    assert posted.send() == Sent()
    (mail,) = posted.office.messages
    assert (mail["To"], mail["From"]) == ("lchen@reyes.example", f"casedesk <{SENDER}>")
    assert (mail["Subject"], mail.get_content().strip()) == ("casedesk: a test", "ok")
    assert str(mail["Message-ID"]).startswith("<test.1@")
    assert posted.office.signed_in == [SENDER]
    assert [line.split()[0].upper() for line in posted.office.in_the_clear] == ["EHLO", "STARTTLS"]
    assert posted.states() == {"test.1": "sent"}
    assert posted.desk("mduarte").read(deliveries.listing) == ()
    assert [row.key for row in posted.desk("lchen").read(deliveries.listing)] == ["test.1"]
    with pytest.raises(NotAllowed):
        posted.desk("lchen").read(deliveries.listing, everybody=True)


def test_a_server_that_is_away_is_waited_for_and_given_up_on_in_the_end(local: Posted) -> None:
    for number in range(3):
        local.queue(f"test.{number}")
    local.set(port=str(closed_port()))
    first = local.send()
    assert (first.sent, first.failed, "refused the connection" in first.why) == (0, 0, True)
    assert local.send() == Sent(), "nothing is tried again at once"
    local.firm.clock.advance(minutes=2)
    assert local.send().why
    local.set(port=str(local.office.port))
    local.firm.clock.advance(minutes=6)
    assert local.send() == Sent(sent=3)
    assert sorted(set(local.office.ids)) == sorted(local.office.ids)

    local.queue("test.lost")
    local.set(port=str(closed_port()))
    rounds = failed = 0
    while not failed:
        failed = local.send().failed
        rounds += 1
        warned = [
            t
            for t in local.desk("inovak").read(tells.listing)
            if t.subject.startswith("Mail does not go out")
        ]
        assert bool(warned) is (rounds >= deliveries.LOUD)
        local.firm.clock.advance(hours=13)
    assert (rounds, failed) == (len(deliveries.WAITS) + 1, 1)
    assert local.states()["test.lost"] == "failed"
    for who in ("lchen", "inovak", "jreyes"):
        assert any("did not go out" in tell.subject for tell in local.desk(who).read(tells.listing)), who
    local.set(port=str(local.office.port))
    view = local.desk("lchen").write(deliveries.settle, local.id_of("test.lost"), "again")
    assert view.state == "queued"
    assert local.send().sent >= 1
    assert local.states()["test.lost"] == "sent"


def test_a_refused_recipient_fails_at_once_and_stands_in_nobodys_way(local: Posted) -> None:
    local.office.refuse_to = {"lchen@reyes.example"}
    local.queue("test.1", "lchen")
    local.queue("test.2", "mduarte")
    assert local.send() == Sent(sent=1, failed=1)
    assert local.states() == {"test.1": "failed", "test.2": "sent"}
    row = local.desk("lchen").read(deliveries.listing)[0]
    assert row.error == "The mail server refused the recipient (550)."


def test_a_line_that_breaks_after_the_text_leaves_it_to_a_person(posted: Posted) -> None:
    posted.queue()
    posted.office.hang_up = True
    assert posted.send() == Sent(unknown=1)
    assert posted.send() == Sent(), "nobody sends it again by himself"
    assert posted.states() == {"test.1": "unknown"}
    assert any("Settle it" in tell.subject for tell in posted.desk("lchen").read(tells.listing))
    delivery = posted.id_of("test.1")
    for who in ("mduarte", "bcole"):
        with pytest.raises(Refusal) as refused:
            posted.desk(who).write(deliveries.settle, delivery, "sent")
        assert refused.value.code in {"not_allowed", "not_found"}
    assert posted.desk("inovak").write(deliveries.settle, delivery, "again").state == "queued"
    assert posted.send() == Sent(sent=1)
    assert Counter(posted.office.ids).most_common() == [(posted.office.ids[0], 2)]
    with pytest.raises(Refusal) as refused:
        posted.desk("inovak").write(deliveries.settle, delivery, "dropped")
    assert refused.value.code == "not_in_doubt"


def test_what_somebody_died_over_is_in_doubt_after_ten_minutes(posted: Posted) -> None:
    posted.queue()
    claimed = posted.desk().write(deliveries.claim, "a process that dies", mail=True)
    assert claimed is not None
    posted.firm.clock.advance(minutes=9)
    assert posted.send() == Sent()
    assert posted.states() == {"test.1": "sending"}
    posted.firm.clock.advance(minutes=2)
    assert posted.send() == Sent()
    assert posted.states() == {"test.1": "unknown"}
    settled = posted.desk("lchen").write(deliveries.settle, posted.id_of("test.1"), "sent")
    assert (settled.state, settled.settled_by) == ("sent", "lchen")
    assert posted.office.messages == []


def test_eight_workers_send_each_thing_once(posted: Posted) -> None:
    wanted = 24
    for number in range(wanted):
        posted.queue(f"test.{number}")
    desk, begin = posted.desk(), threading.Barrier(8)
    came: list[Sent] = []

    def work() -> None:
        begin.wait()
        came.append(sending.send_due(desk, desk.now(), key_file=posted.key_file))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(each.sent for each in came) == wanted
    assert sorted(Counter(posted.office.ids).values()) == [1] * wanted
    assert set(posted.states().values()) == {"sent"}


def test_who_may_not_see_a_matter_any_more_hears_nothing_of_it(shared: Posted) -> None:
    matter = (
        shared.desk("mduarte")
        .write(
            matters.open_matter,
            "adjustment_of_status",
            "Ibarra, Rosa",
            paralegal="mduarte",
            attorney="aokafor",
            supervisor="jreyes",
        )
        .ref
    )
    with web_server() as web:
        hook = shared.desk("inovak").write(webhooks.add, f"http://127.0.0.1:{web.port}/", private=True)
        _keys(shared).keep(webhooks.secret_name(hook.ref), "key")
        shared.tell("inovak", "alert", matter=matter)
        shared.tell("mduarte", "alert", matter=matter)
        _hold_all(shared)
        shared.desk("jreyes").write(
            walls.raise_wall,
            matter,
            "Her former husband",
            inside=("aokafor", "jreyes", "mduarte"),
            reassign_to="mduarte",
        )
        shared.firm.clock.advance(minutes=2)
        shared.send()
        shared.tell("mduarte", "alarm", matter=matter)
        shared.send()
        about = [json.loads(came.body) for came in web.posted]
    hers = [mail for mail in shared.office.messages if mail["To"] == "inovak@reyes.example"]
    assert [mail["Subject"] for mail in hers if "not complete" in mail["Subject"]] == []
    assert all(matter not in mail.get_content() for mail in hers)
    mine = [mail for mail in shared.office.messages if mail["To"] == "mduarte@reyes.example"]
    assert len(mine) >= 2
    assert all(matter not in raw.decode() for raw in shared.office.raw[-1:]), (
        "behind a wall no matter is named"
    )
    assert "alert" in {said["about"] for said in about if said["matter"] == matter}, (
        "before the wall it was told"
    )
    assert [said for said in about if said["matter"] == matter and said["about"] == "alarm"] == []


def _hold_all(posted: Posted) -> None:
    """Everything told so far is put up for sending, and none of it goes yet."""
    posted.office.busy = True
    posted.send()
    posted.office.busy = False


def _keys(posted: Posted) -> ChannelKeys:
    return sending.keys_of(posted.desk("inovak"), posted.key_file)


def test_an_app_on_a_shared_store_sends_its_own_persons_mail_alone(shared: Posted) -> None:
    shared.queue("test.1", "lchen")
    shared.queue("test.2", "mduarte")
    if not shared.firm.shared:
        assert shared.send("mduarte") == Sent(sent=2), (
            "on a local store the desk's own worker sends, whoever sits there"
        )
        return
    assert shared.send("mduarte", key_file=None).sent == 0, (
        "without a login on this machine nothing is claimed"
    )
    assert shared.states() == {"test.1": "queued", "test.2": "queued"}
    assert shared.send("mduarte") == Sent(sent=1)
    shared.queue("test.3", "inovak")
    assert shared.send("inovak").sent == 1, "a manager's app sends nobody else's either"
    assert shared.states() == {"test.1": "queued", "test.2": "sent", "test.3": "sent"}
    assert shared.send() == Sent(sent=1)


def test_a_demo_never_sends(local: Posted) -> None:
    local.queue()
    by_its_owner(local.firm)("INSERT INTO engine_meta (key, value) VALUES ('demo', '1')")
    desk = local.desk()
    desk.store.check()
    assert local.send() == Sent()
    assert local.office.connections == 0
    with pytest.raises(Refusal) as refused:
        outlets.send_test(desk, desk.now(), to="a@b.example", key_file=local.key_file)
    assert refused.value.code == "demo_sends_nothing"


def test_mail_goes_by_token_and_the_token_is_renewed(
    local: Posted, office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Memory()
    with web_server(tmp_path / "web") as web, using(keyring, monkeypatch):
        # One authority vouches for both in life; here each has its own, so both stand in one file.
        assert web.ca is not None
        office.ca.write_bytes(office.ca.read_bytes() + web.ca.read_bytes())
        sign_in = SignIn("our-app", refresh="canary-refresh-" + "x" * 3 * PIECE)
        web.answer = sign_in
        office.logins.clear()
        office.tokens = sign_in.good
        local.set(
            auth="xoauth2",
            client_id="our-app",
            tenant="reyes.example",
            authority=f"https://localhost:{web.port}",
        )
        manager = local.desk("inovak")
        found = manager.read(settings.mail)
        assert found is not None
        local.queue("test.0")
        assert "no login" in local.send(key_file=None).why
        shown: list[str] = []
        keys = sending.keys_of(manager)
        where = mail_login.sign_in(found, keys, manager.now(), show=shown.append, wait=lambda _seconds: None)
        assert where == "the system's keyring"
        assert "WDJB-MJHT" in shown[0]
        assert max(map(len, keyring.kept.values())) <= PIECE + 1
        assert local.send(key_file=None) == Sent(sent=1)
        assert sign_in.given == 1, "a token that is good is not asked for again"

        local.firm.clock.advance(minutes=56)
        local.queue("test.1")
        assert local.send(key_file=None) == Sent(sent=1)
        assert sign_in.given == 2

        sign_in.good.clear()
        sign_in.good.add("canary-somebody-elses")
        local.queue("test.2")
        assert "refused the token" in local.send(key_file=None).why
        sign_in.refresh = "another"
        local.firm.clock.advance(minutes=120)
        assert "no longer good" in local.send(key_file=None).why
        assert local.states()["test.2"] == "queued"
        keys.forget(found.secret_name)
        assert keyring.kept == {}


def test_google_is_signed_in_to_by_browser(
    local: Posted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Memory()
    with web_server(tmp_path / "web") as web, using(keyring, monkeypatch):
        web.answer = SignIn("our-app")
        local.set(
            auth="xoauth2",
            provider="google",
            client_id="our-app",
            authority=f"https://localhost:{web.port}",
            ca_file=str(web.ca),
        )
        desk = local.desk("inovak")
        found = desk.read(settings.mail)
        assert found is not None
        browsers: list[threading.Thread] = []

        def person(words: str) -> None:
            asked = parse_qs(urlsplit(words.splitlines()[1]).query)
            answer = f"{asked['redirect_uri'][0]}?state={asked['state'][0]}&code=canary-code"
            browsers.append(threading.Thread(target=lambda: urlopen(answer).close()))
            browsers[0].start()

        keys = sending.keys_of(desk)
        where = mail_login.sign_in(
            found, keys, desk.now(), show=person, wait=lambda _seconds: None, secret="canary-app-secret"
        )
        browsers[0].join()
        assert where == "the system's keyring"
        signed_in = mail_login.login(found, keys, desk.now())
        assert signed_in is not None
        assert (signed_in.kind, signed_in.secret) == ("xoauth2", "canary-access-1")
        assert web.posted[-1].form["client_secret"] == "canary-app-secret"
        assert mail_login.login(found, keys, desk.now() + DAY) is not None
        assert web.posted[-1].form["client_secret"] == "canary-app-secret"


def test_a_program_is_told_once_signed_and_never_of_what_it_did_not_ask_for(posted: Posted) -> None:
    with web_server() as web:
        url = f"http://127.0.0.1:{web.port}/hook"
        hook = posted.desk("inovak").write(webhooks.add, url, ("alarm",), private=True)
        posted.tell("jreyes", "alarm", "Something about Rosa Ibarra")
        posted.tell("jreyes", "assigned")
        waiting = posted.send()
        assert hook.ref in waiting.why, "without its key nothing goes"
        assert web.posted == []
        _keys(posted).keep(webhooks.secret_name(hook.ref), "canary-hook-key")
        web.answer = lambda _came: (503, b"")
        posted.firm.clock.advance(minutes=2)
        posted.send()
        web.answer = lambda _came: (200, b"")
        posted.firm.clock.advance(minutes=20)
        posted.send()
        posted.send()
        first, second = web.posted
        assert first.body == second.body
        assert first.headers["x-casedesk-delivery"] == second.headers["x-casedesk-delivery"]
        now = int(posted.firm.clock.now().timestamp())
        assert _verified(second, b"canary-hook-key", now)
        said = json.loads(second.body)
        assert (said["about"], said["person"], said["matter"]) == ("alarm", "jreyes", None)
        assert b"Ibarra" not in second.body
        posted.desk("inovak").write(webhooks.stop, hook.ref)
        posted.tell("jreyes", "alarm")
        posted.send()
        assert len(web.posted) == 2


def test_a_program_inside_is_not_called_unless_that_was_allowed(local: Posted) -> None:
    with web_server() as web:
        hook = local.desk("inovak").write(webhooks.add, f"https://localtest.me:{web.port}/")
        by_hand = f"UPDATE webhook SET url = 'http://127.0.0.1:{web.port}/' WHERE ref = '{hook.ref}'"
        by_its_owner(local.firm)(by_hand)
        _keys(local).keep(webhooks.secret_name(hook.ref), "key")
        local.tell("jreyes", "alarm")
        assert local.send().failed == 1
        assert web.posted == []


def test_a_notice_shows_on_ones_own_desktop_alone(
    local: Posted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casedesk.desk import preferences

    shown = tmp_path / "shown"
    tools = tmp_path / "tools"
    tools.mkdir()
    notifier = tools / "notify-send"
    notifier.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {shown}\n')
    notifier.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    local.desk("mduarte").write(preferences.change, desktop=True, mail="none")
    local.tell("mduarte", "alert", "Not complete: RFE of Rosa Ibarra")
    local.send()
    assert not shown.exists(), "a worker without a seat shows nothing"
    local.send("mduarte", seat=True)
    assert shown.read_text().splitlines() == ["--app-name=casedesk", "--", "casedesk", "not complete in time"]
    local.tell("mduarte", "alarm")
    local.firm.clock.advance(hours=2)
    local.send("mduarte", seat=True)
    assert shown.read_text().count("casedesk\n") == 2, "what is two hours old is not shown"
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    local.tell("mduarte", "alarm")
    assert local.send("mduarte", seat=True).failed == 1
    assert "nothing that shows a notice" in local.desk("mduarte").read(deliveries.listing)[0].error

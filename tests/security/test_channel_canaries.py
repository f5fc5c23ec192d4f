"""The secrets of channels, and a client's name, followed through real runs: none stands in a mail, a log or an argument."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casedesk.bootstrap import host_clock
from casedesk.desk import matters, preferences, sending, webhooks
from tests.security.test_canaries import Heard
from tests.support.firm import FirmFixture
from tests.support.posting import Posted, posted_firm
from tests.support.postoffice import post_office
from tests.support.webserver import SignIn, web_server

NAME = "Zyxquill"
PASSWORD = "canary-mail-password-55-okra"
HOOK_KEY = "canary-hook-key-81-sorrel"


@pytest.mark.parametrize("firm", ["sqlite"], indirect=True)
def test_no_channel_tells_a_secret_or_a_client(firm: FirmFixture, tmp_path: Path) -> None:
    heard = Heard()
    firm.clock.set(host_clock())
    with (
        post_office(tmp_path / "office") as office,
        web_server() as hooks,
        web_server(tmp_path / "web") as web,
    ):
        posted = posted_firm(firm, office, tmp_path / "keys")
        office.logins["desk@reyes.example"] = PASSWORD
        for who in ("lchen", "mduarte"):
            firm.desk(who).write(
                preferences.change, mail="all", quiet_from="00:00", quiet_until="00:00", digest_at="00:00"
            )
        hook = firm.desk("inovak").write(webhooks.add, f"http://127.0.0.1:{hooks.port}/", private=True)
        sending.keys_of(firm.desk("inovak"), posted.key_file).keep(webhooks.secret_name(hook.ref), HOOK_KEY)
        _work_with_a_name_in_it(posted)
        env = {"CASEDESK_KEY_FILE": str(posted.key_file)}
        here = ("--store", firm.store, "--as", "inovak", "--debug")
        login = heard.run(
            *here, "channel", "mail", "login", "--password-stdin", stdin=f"{PASSWORD}\n", env=env
        )
        assert login.returncode == 0, login.stderr
        ran = heard.run(*here, "worker", "--once", "--json", env=env)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["sent"] >= 4

        web.answer = sign_in = SignIn("our-app", pending=0, every=1)
        assert web.ca is not None
        office.ca.write_bytes(office.ca.read_bytes() + web.ca.read_bytes())
        office.logins.clear()
        office.tokens = sign_in.good
        posted.set(auth="xoauth2", client_id="our-app", authority=f"https://localhost:{web.port}")
        done = heard.run(*here, "channel", "mail", "login", env=env)
        assert done.returncode == 0, done.stderr

    secrets = (PASSWORD, HOOK_KEY, sign_in.refresh, *sign_in.good, "canary-device-code")
    for secret in (*secrets, NAME):
        assert heard.hold(secret) == []
        assert [raw for raw in office.raw if secret.encode() in raw] == []
        assert [came for came in hooks.posted if secret.encode() in came.body] == []
    assert office.raw
    assert hooks.posted
    stored = Path(firm.store).read_bytes() + Path(f"{firm.store}-wal").read_bytes()
    assert [secret for secret in secrets if secret.encode() in stored] == []
    assert NAME.encode() in stored, "the store knows the name: otherwise the test proves nothing"


def _work_with_a_name_in_it(posted: Posted) -> None:
    """A matter whose client is the canary, and people told of it in words that name her."""
    matter = posted.desk("mduarte").write(
        matters.open_matter,
        "adjustment_of_status",
        f"{NAME}, Rosa",
        paralegal="mduarte",
        attorney="aokafor",
        supervisor="jreyes",
    )
    for who in ("lchen", "mduarte"):
        for about in ("alert", "assigned", "alarm"):
            posted.tell(who, about, f"The RFE of {NAME}", matter=matter.ref)

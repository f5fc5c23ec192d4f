"""What the store itself refuses of signing keys and sign-offs, from whoever types SQL under their own login.

On PostgreSQL the second authentication is the server's own: each of its conditions is taken out once, and the very
attempt it stops goes through. What holds on both stores is taken out on SQLite, in `tests/store/test_guards_can_fail`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from casedesk.security.proof import answer
from casedesk.store import errors
from tests.security import short_cuts as cuts
from tests.security.conftest import At
from tests.support.raw import Raw, attempt, new_id, raw
from tests.support.rfe import PgStages, Rfe

Step = Callable[[Raw], object]


def code_of(act: Callable[[], object]) -> str:
    try:
        act()
    except DBAPIError as error:
        return errors.translate(error).code
    return "done"


@contextmanager
def owner(rfe: Rfe) -> Iterator[psycopg.Connection[Any]]:
    """The tables' owner, who may do everything to them."""
    assert rfe.firm.owned is not None
    with psycopg.connect(rfe.firm.owned.owner_url, autocommit=True) as conn:
        yield conn


# -- the second authentication, on the server -------------------------------------------------------------------------


def signs(hand: Raw) -> object:
    hand.prove()
    return hand.sign()


def signs_unproved(hand: Raw) -> object:
    return hand.sign()


def signs_with_the_old_token(hand: Raw) -> object:
    """What builds before this one showed: the token itself, the same for every signing."""
    hand.value("SELECT set_config('casedesk.token', :token, true)", token=hand.token())
    return hand.sign()


def signs_with_the_bare_token(hand: Raw) -> object:
    hand.show(hand.ask(), hand.token())
    return hand.sign()


def signs_with_a_guess(hand: Raw) -> object:
    nonce = hand.ask()
    hand.show(nonce, answer(secrets.token_hex(32), nonce))
    return hand.sign()


def signs_with_a_malformed_answer(hand: Raw) -> object:
    hand.value("SELECT set_config('casedesk.proof', 'x', true)")
    return hand.sign()


def signs_an_unasked_question(hand: Raw) -> object:
    nonce = secrets.token_hex(32)
    hand.show(nonce, answer(hand.token(), nonce))
    return hand.sign()


def signs_with_one_answer_to_two_questions(hand: Raw) -> object:
    first, second = hand.ask(), hand.ask()
    hand.show(second, answer(hand.token(), first))
    return hand.sign()


def uses_one_answer_twice(hand: Raw) -> object:
    """A looser policy and a sign-off on the strength of one typing."""
    hand.prove()
    licence = hand.licence("aokafor")
    cuts.loosen(signature="00", licence_id=licence.id, licence_kind=licence.kind)(hand)
    return hand.sign(policy="two-person")


def signs_as_a_group(hand: Raw) -> object:
    """Whoever takes a group's name is shown no session of their own: NULL, which refuses."""
    nonce = hand.ask()
    hand.show(nonce, answer(hand.token(), nonce))
    hand.run("SET ROLE casedesk_attorney")
    assert hand.one("SELECT casedesk_session_start()")[0] is None
    return hand.sign()


def asks_as_a_group(hand: Raw) -> object:
    hand.run("SET ROLE casedesk_attorney")
    return hand.ask()


def asks_of_no_session(hand: Raw) -> object:
    return hand.value("SELECT casedesk_ask_challenge(NULL)")


def answers_for_another_start(hand: Raw) -> object:
    """A question asked for another beginning of this session is nobody's to answer."""
    nonce = str(hand.value("SELECT casedesk_ask_challenge(casedesk_session_start() + 1)"))
    hand.show(nonce, answer(hand.token(), nonce))
    return hand.sign()


PROOFS: dict[str, tuple[Step, str]] = {
    "with the passphrase, typed for it": (signs, "done"),
    "with nothing": (signs_unproved, "not_authenticated"),
    "as older builds did": (signs_with_the_old_token, "program_too_old"),
    "with the token itself for an answer": (signs_with_the_bare_token, "not_authenticated"),
    "with a guess": (signs_with_a_guess, "not_authenticated"),
    "with something malformed": (signs_with_a_malformed_answer, "not_authenticated"),
    "to a question nobody asked": (signs_an_unasked_question, "proof_stale"),
    "to one question with the answer to another": (
        signs_with_one_answer_to_two_questions,
        "not_authenticated",
    ),
    "twice with one answer": (uses_one_answer_twice, "proof_stale"),
    "under a group's name": (signs_as_a_group, "proof_stale"),
    "asking under a group's name": (asks_as_a_group, "session_unknown"),
    "asking of no session": (asks_of_no_session, "session_unknown"),
    "for another beginning of the session": (answers_for_another_start, "proof_stale"),
}


@pytest.mark.parametrize("how", PROOFS)
def test_the_server_takes_a_sign_off(pg_stages: PgStages, how: str) -> None:
    step, expected = PROOFS[how]
    assert attempt(pg_stages.stage("signoff"), "aokafor", step) == expected


def answered_then(rfe: Rfe, meanwhile: Callable[[psycopg.Connection[Any], str], object]) -> str:
    """A question asked and committed, `meanwhile`, and its answer shown with a sign-off in the same session."""
    with raw(rfe, "aokafor") as hand:
        nonce = hand.ask()
        hand.conn.commit()
        with owner(rfe) as conn:
            meanwhile(conn, nonce)

        def sign() -> object:
            hand.show(nonce, answer(hand.token(), nonce))
            return hand.sign()

        return code_of(sign)


def aged(seconds: int) -> Callable[[psycopg.Connection[Any], str], object]:
    return lambda conn, nonce: conn.execute(
        "UPDATE sign_challenge SET asked_us = asked_us - %s WHERE nonce = %s", (seconds * 1_000_000, nonce)
    )


def session_is(sql: str) -> Callable[[psycopg.Connection[Any], str], object]:
    return lambda conn, nonce: conn.execute(
        f"UPDATE sign_challenge SET session = {sql} WHERE nonce = %s".encode(), (nonce,)
    )


def another_persons(conn: psycopg.Connection[Any], nonce: str) -> None:
    conn.execute(
        "UPDATE sign_challenge SET person_id = (SELECT id FROM person WHERE handle = 'lchen') WHERE nonce = %s",
        (nonce,),
    )


def used(conn: psycopg.Connection[Any], nonce: str) -> None:
    conn.execute("UPDATE sign_challenge SET used_us = asked_us WHERE nonce = %s", (nonce,))


MEANWHILE: dict[str, tuple[Callable[[psycopg.Connection[Any], str], object], str]] = {
    "nothing happens": (lambda conn, nonce: None, "done"),
    "a hundred seconds pass": (aged(100), "done"),
    "121 seconds pass": (aged(121), "proof_stale"),
    "the clock was ahead": (aged(-600), "proof_stale"),
    "another session of the same number began": (
        session_is("split_part(session, ' ', 1) || ' 1'"),
        "proof_stale",
    ),
    "its session is of another number": (session_is("'1 ' || split_part(session, ' ', 2)"), "proof_stale"),
    "its session is not known": (session_is("''"), "proof_stale"),
    "it is somebody else's": (another_persons, "proof_stale"),
    "it was answered": (used, "proof_stale"),
}
"""On a store with the tests' clock, which moves nothing here: the two minutes are the server's own."""


@pytest.fixture(scope="module")
def signoff(pg_stages: PgStages) -> Iterator[Rfe]:
    """A store in which questions stay; no sign-off does."""
    rfe = pg_stages.stage("signoff", fresh=True)
    yield rfe
    rfe.firm.close()
    assert rfe.firm.owned is not None
    pg_stages.server.drop(rfe.firm.owned)


@pytest.mark.parametrize("what", MEANWHILE)
def test_a_question_holds_for_its_session_and_two_minutes(signoff: Rfe, what: str) -> None:
    meanwhile, expected = MEANWHILE[what]
    assert answered_then(signoff, meanwhile) == expected


def test_another_session_of_the_same_person_does_not_answer(signoff: Rfe) -> None:
    with raw(signoff, "aokafor") as asking:
        nonce = asking.ask()
        asking.conn.commit()
        with raw(signoff, "aokafor") as other:
            other.show(nonce, answer(other.token(), nonce))
            assert code_of(other.sign) == "proof_stale"


def test_the_owner_is_shown_no_beginning_of_another_persons_session(signoff: Rfe) -> None:
    """Why a session is asked with its own eyes: a definer would have bound every question to NULL."""
    with raw(signoff, "aokafor") as hand, owner(signoff) as conn:
        pid = hand.value("SELECT pg_backend_pid()")
        assert hand.value("SELECT casedesk_session_start()") is not None
        member = conn.execute("SELECT pg_has_role('aokafor', 'USAGE')").fetchone()
        seen = conn.execute("SELECT backend_start FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
        assert member is not None
        assert seen is not None
        assert (seen[0] is not None) == member[0]


def test_old_questions_go_with_the_next_one(signoff: Rfe) -> None:
    with raw(signoff, "jreyes") as hand:
        old = hand.ask()
        hand.conn.commit()
        with owner(signoff) as conn:
            aged(3601)(conn, old)
            hand.ask()
            hand.conn.commit()
            rows = conn.execute(
                "SELECT c.nonce FROM sign_challenge c JOIN person p ON p.id = c.person_id WHERE p.handle = 'jreyes'"
            ).fetchall()
    assert len(rows) == 1
    assert rows[0][0] != old


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM sign_challenge",
        "INSERT INTO sign_challenge (nonce, person_id, asked_us) VALUES ('x', casedesk_uid(), 1)",
        "UPDATE sign_challenge SET used_us = NULL",
        "DELETE FROM sign_challenge",
        "SELECT casedesk_hmac_sha256('x', 'x')",
        "SELECT token_sha256 FROM signing_key",
    ],
)
def test_questions_are_nobodys_to_read_or_write(pg_stages: PgStages, sql: str) -> None:
    assert attempt(pg_stages.stage("signoff"), "aokafor", lambda hand: hand.run(sql)) == "not_allowed"


def test_the_servers_hmac_is_that_of_rfc_2104(signoff: Rfe) -> None:
    with owner(signoff) as conn:
        for size in (0, 1, 31, 32, 63, 64):
            key, message = secrets.token_bytes(size), secrets.token_bytes(97)
            row = conn.execute("SELECT casedesk_hmac_sha256(%s, %s)", (key, message)).fetchone()
            assert row is not None
            assert bytes(row[0]) == hmac.digest(key, message, hashlib.sha256)


def forged_clock(conn: psycopg.Connection[Any], nonce: str) -> None:
    aged(86_400)(conn, nonce)


def loosens_with_anothers_key(rfe: Rfe) -> Step:
    """The attorney's login, and a passphrase that opens somebody else's key."""
    with raw(rfe, "lchen") as hand:
        token = hand.token()

    def step(hand: Raw) -> object:
        nonce = hand.ask()
        hand.show(nonce, answer(token, nonce))
        licence = hand.licence("aokafor")
        return cuts.loosen(signature="00", licence_id=licence.id, licence_kind=licence.kind)(hand)

    return step


TAKEN_OUT: dict[str, tuple[str, str, Callable[[Rfe], str]]] = {
    "the trigger": ("", "", lambda rfe: attempt(rfe, "aokafor", signs_unproved)),
    "the answer": (
        "v_opened IS NOT TRUE",
        "false",
        lambda rfe: attempt(rfe, "aokafor", signs_with_a_guess),
    ),
    "whose key": (
        "k.person_id = v_me AND",
        "",
        lambda rfe: attempt(rfe, "aokafor", loosens_with_anothers_key(rfe)),
    ),
    "once": ("AND used_us IS NULL", "", lambda rfe: answered_then(rfe, used)),
    "whose question": (
        "person_id = v_me AND used_us",
        "used_us",
        lambda rfe: answered_then(rfe, another_persons),
    ),
    "this session": (
        "AND session IS NOT DISTINCT FROM (pg_backend_pid()::text || ' ' || p_start::text)",
        "",
        lambda rfe: answered_then(rfe, session_is("''")),
    ),
    "the session's beginning": (
        "session IS NOT DISTINCT FROM (pg_backend_pid()::text || ' ' || p_start::text)",
        "split_part(session, ' ', 1) = pg_backend_pid()::text",
        lambda rfe: answered_then(rfe, session_is("split_part(session, ' ', 1) || ' 1'")),
    ),
    "a NULL that refuses": (
        "session IS NOT DISTINCT FROM (pg_backend_pid()::text || ' ' || p_start::text)",
        "COALESCE(session = (pg_backend_pid()::text || ' ' || p_start::text), true)",
        lambda rfe: attempt(rfe, "aokafor", signs_as_a_group),
    ),
    "two minutes": (
        "AND asked_us BETWEEN v_now - 120000000 AND v_now",
        "",
        lambda rfe: answered_then(rfe, forged_clock),
    ),
}


@pytest.mark.parametrize("what", TAKEN_OUT)
def test_without_just_this_condition_the_attempt_goes_through(signoff: Rfe, what: str) -> None:
    before, after, tried = TAKEN_OUT[what]
    assert tried(signoff) not in ("done", "nothing")
    with weakened(signoff, before, after):
        assert tried(signoff) == "done"
    assert tried(signoff) not in ("done", "nothing")


@contextmanager
def weakened(rfe: Rfe, before: str, after: str) -> Iterator[None]:
    """The check of a proof without one of its conditions, or, where `before` is empty, a sign-off without the check."""
    with owner(rfe) as conn:
        row = conn.execute("SELECT pg_get_functiondef('casedesk_check_proof'::regproc)").fetchone()
        assert row is not None
        source = str(row[0])
        assert before in source
        try:
            if before:
                conn.execute(source.replace(before, after).encode())
            else:
                conn.execute("ALTER TABLE sign_off DISABLE TRIGGER signing_proved")
            yield
        finally:
            conn.execute(source.encode())
            conn.execute("ALTER TABLE sign_off ENABLE TRIGGER signing_proved")


# -- what else takes a proof ------------------------------------------------------------------------------------------


def loosens(proved: bool) -> Step:
    def step(hand: Raw) -> object:
        if proved:
            hand.prove()
        licence = hand.licence("aokafor")
        return cuts.loosen(signature="00", licence_id=licence.id, licence_kind=licence.kind)(hand)

    return step


OWN_WORD: dict[str, Any] = {"active": 1, "cosigned_us": 1, "cosign_statement": "{}", "cosignature": "00"}


def own_key(hand: Raw, handle: str | None = None) -> str:
    return str(
        hand.value(
            "SELECT key_id FROM signing_key WHERE person_id = :p AND active = 1",
            p=hand.person(handle or hand.who),
        )
    )


def rotates(proved: bool, *, of: str | None = None) -> Step:
    def step(hand: Raw) -> object:
        if proved:
            hand.prove()
        return hand.enrol(**{**OWN_WORD, "cosigned_by": hand.me, "replaces": own_key(hand, of)})

    return step


def confirms(proved: bool, *, by: str | None = None) -> Step:
    def step(hand: Raw) -> object:
        key = hand.value("SELECT key_id FROM signing_key WHERE active = 0 AND revoked_us IS NULL")
        if proved:
            hand.prove()
        return hand.confirm(key, cosigned_by=hand.person(by or hand.who))

    return step


@pytest.fixture
def waiting(at: At) -> Rfe:
    """Maria Duarte became an attorney, and her key waits."""
    rfe = at("opened", fresh=True)
    cuts.licensed("mduarte", "attorney")(rfe)
    with raw(rfe, "mduarte", keep=True) as hand:
        hand.enrol()
    return rfe


def test_a_looser_policy_takes_a_proof(at: At) -> None:
    rfe = at("opened")
    assert attempt(rfe, "aokafor", loosens(True)) == "done"
    assert attempt(rfe, "aokafor", loosens(False)) == ("not_authenticated" if rfe.firm.shared else "done")


def test_a_rotation_takes_a_proof_of_the_old_key_and_retires_it(at: At) -> None:
    rfe = at("opened")
    assert attempt(rfe, "aokafor", rotates(False)) == ("not_authenticated" if rfe.firm.shared else "done")
    with raw(rfe, "aokafor") as hand:
        old = own_key(hand)
        rotates(True)(hand)
        row = hand.one("SELECT active, revoked_by, revoked_reason FROM signing_key WHERE key_id = :k", k=old)
        new = own_key(hand)
        assert (row.active, row.revoked_by, row.revoked_reason) == (0, hand.me, f"replaced by {new}")
        assert new != old


def test_a_key_in_the_place_of_somebody_elses_is_refused(at: At) -> None:
    rfe = at("opened")
    assert attempt(rfe, "aokafor", rotates(True, of="lchen")) == "key_not_cosigned"


def test_a_key_in_the_place_of_a_revoked_one_is_refused(at: At) -> None:
    rfe = at("opened", fresh=True)
    cuts.revoked(rfe)
    with raw(rfe, "aokafor") as hand:
        old = hand.value("SELECT key_id FROM signing_key WHERE person_id = :p", p=hand.me)
        step = {**OWN_WORD, "cosigned_by": hand.me, "replaces": old}
        assert code_of(lambda: hand.enrol(**step)) == "key_not_cosigned"


def test_nobody_enrols_a_key_that_signs_at_once(at: At) -> None:
    """The hole of older builds: an attorney who types SQL under her own login."""
    rfe = at("opened", fresh=True)
    assert attempt(rfe, "aokafor", lambda hand: hand.enrol(active=1)) == "key_not_cosigned"
    assert attempt(rfe, "aokafor", lambda hand: hand.enrol(**{**OWN_WORD, "cosigned_by": hand.me})) == (
        "key_not_cosigned"
    )
    assert attempt(
        rfe, "aokafor", lambda hand: hand.enrol(**{**OWN_WORD, "cosigned_by": hand.person("lchen")})
    ) == ("key_not_cosigned")
    cuts.revoked(rfe)
    assert attempt(rfe, "aokafor", lambda hand: hand.enrol(**{**OWN_WORD, "cosigned_by": hand.me})) == (
        "key_not_cosigned"
    ), "her own is gone, but others could confirm a new one"
    assert attempt(rfe, "aokafor", lambda hand: hand.enrol()) == "done"


def test_a_waiting_key_signs_nothing(at: At) -> None:
    rfe = at("signoff")

    def step(hand: Raw) -> object:
        return hand.sign(key_id=hand.enrol())

    assert attempt(rfe, "aokafor", step) == "signing_key_waits"


def test_a_key_is_confirmed_by_another_with_her_own(waiting: Rfe) -> None:
    shared = waiting.firm.shared
    assert attempt(waiting, "aokafor", confirms(True)) == "done"
    assert attempt(waiting, "aokafor", confirms(False)) == ("not_authenticated" if shared else "done")
    assert attempt(waiting, "mduarte", confirms(False)) == "key_not_cosigned"
    assert attempt(waiting, "bcole", confirms(False)) == "key_not_cosigned"
    assert attempt(waiting, "inovak", confirms(False)) == "key_not_cosigned"
    assert attempt(waiting, "aokafor", confirms(True, by="lchen")) == ("not_allowed" if shared else "done")
    assert attempt(waiting, "mduarte", confirms(False, by="lchen")) == (
        "not_authenticated" if shared else "done"
    )
    cuts.by_manager(
        "UPDATE licence SET expires = '2026-11-01' WHERE person_id = (SELECT id FROM person WHERE handle = 'aokafor')"
    )(waiting)
    assert attempt(waiting, "aokafor", confirms(True)) == "key_not_cosigned", "her licence ended"


def test_a_confirmed_key_is_not_confirmed_again_and_a_revoked_one_never(waiting: Rfe) -> None:
    with raw(waiting, "aokafor", keep=True) as hand:
        confirms(True)(hand)
    shared = waiting.firm.shared

    def again(hand: Raw) -> object:
        hand.prove()
        return hand.confirm(
            hand.value("SELECT key_id FROM signing_key WHERE person_id = :p", p=hand.person("mduarte"))
        )

    assert attempt(waiting, "lchen", again) == ("nothing" if shared else "signing_key_fixed")
    with raw(waiting, "mduarte", keep=True) as hand:
        hand.run(
            "UPDATE signing_key SET active = 0, revoked_us = :n WHERE person_id = :p", n=hand.now, p=hand.me
        )
    assert attempt(waiting, "lchen", again) == ("nothing" if shared else "signing_key_fixed")
    mine = cuts.change("UPDATE signing_key SET active = 1, revoked_us = NULL WHERE revoked_us IS NOT NULL")
    assert attempt(waiting, "mduarte", mine) == "signing_key_fixed"


def test_a_key_is_revoked_by_its_own_or_a_manager_in_their_own_name(waiting: Rfe) -> None:
    shared = waiting.firm.shared

    def revoke(handle: str, *, by: str | None = None) -> Step:
        return lambda hand: hand.run(
            "UPDATE signing_key SET active = 0, revoked_us = :n, revoked_by = :b, revoked_reason = 'x'"
            " WHERE person_id = :p AND revoked_us IS NULL",
            n=hand.now,
            b=hand.person(by or hand.who),
            p=hand.person(handle),
        )

    assert attempt(waiting, "aokafor", revoke("aokafor")) == "done"
    assert attempt(waiting, "inovak", revoke("aokafor")) == "done"
    assert attempt(waiting, "mduarte", revoke("mduarte")) == "done"
    assert attempt(waiting, "lchen", revoke("aokafor")) == ("nothing" if shared else "done")
    assert attempt(waiting, "lchen", revoke("mduarte")) == ("not_allowed" if shared else "done")
    assert attempt(waiting, "inovak", revoke("aokafor", by="aokafor")) == (
        "not_allowed" if shared else "done"
    )


def test_keys_carry_the_time_at_which_they_are_made(pg_stages: PgStages) -> None:
    rfe = pg_stages.stage("opened", fresh=True)
    with owner(rfe) as conn:
        conn.execute("DELETE FROM engine_meta WHERE key = 'manual_clock'")
    try:
        assert attempt(rfe, "aokafor", lambda hand: hand.enrol(enrolled_us=1)) == "not_now"
        now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        assert (
            attempt(rfe, "aokafor", lambda hand: hand.enrol(enrolled_us=hand.value(f"SELECT {now}")))
            == "done"
        )
        assert attempt(rfe, "aokafor", cuts.change("UPDATE signing_key SET active = 0, revoked_us = 1")) == (
            "not_now"
        )
    finally:
        rfe.firm.close()
        assert rfe.firm.owned is not None
        pg_stages.server.drop(rfe.firm.owned)


# -- who may not sign -------------------------------------------------------------------------------------------------


def accredited(rfe: Rfe, scope: str, number: int = 77) -> None:
    cuts.by_manager(
        "INSERT INTO licence (id, person_id, kind, scope) SELECT :number, id, 'accredited_representative', :scope"
        " FROM person WHERE handle = 'aokafor'",
        scope=scope,
        number=number,
    )(rfe)


def as_representative(number: int = 77) -> Step:
    def step(hand: Raw) -> object:
        hand.prove()
        return hand.sign(licence_id=number, licence_kind="accredited_representative")

    return step


def before_the_court(rfe: Rfe) -> None:
    with raw(rfe, "mduarte", keep=True) as hand:
        hand.insert("form", id=new_id(), matter_id=hand.matter(), form="EOIR-42B")


def filed_with(rfe: Rfe, agency: str) -> None:
    """The agency of a packet is its playbook's and never changes; here the owner changes it."""
    if rfe.firm.shared:
        with owner(rfe) as conn:
            conn.execute("ALTER TABLE packet DISABLE TRIGGER USER")
            conn.execute("UPDATE packet SET agency = %s", (agency,))
            conn.execute("ALTER TABLE packet ENABLE TRIGGER USER")
        return
    with rfe.firm.desk("aokafor").store.engine.connect() as conn_:
        for (name,) in conn_.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'packet' AND sql LIKE '%BEFORE UPDATE%'"
        ).all():
            conn_.exec_driver_sql(f"DROP TRIGGER {name}")
        conn_.exec_driver_sql("UPDATE packet SET agency = ?", (agency,))
        conn_.commit()


def test_partial_accreditation_ends_at_dhs(at: At) -> None:
    rfe = at("signoff", fresh=True)
    full, partial = 77, 78
    accredited(rfe, "full", full)
    accredited(rfe, "dhs", partial)
    assert attempt(rfe, "aokafor", as_representative(partial)) == "done", "USCIS is of DHS"
    for agency, expected in (
        ("ICE", "done"),
        ("EOIR", "beyond_accreditation"),
        ("BIA", "beyond_accreditation"),
    ):
        filed_with(rfe, agency)
        assert attempt(rfe, "aokafor", as_representative(partial)) == expected, agency
        assert attempt(rfe, "aokafor", as_representative(full)) == "done", agency
    filed_with(rfe, "USCIS")
    before_the_court(rfe)
    assert attempt(rfe, "aokafor", as_representative(partial)) == "beyond_accreditation"
    assert attempt(rfe, "aokafor", as_representative(full)) == "done"


def test_the_very_licence_that_is_named_is_live(at: At) -> None:
    """An attorney's licence that ended is not carried by another one she holds."""
    rfe = at("signoff", fresh=True)
    accredited(rfe, "full")
    cuts.by_manager("UPDATE licence SET expires = '2026-11-01' WHERE id = 77")(rfe)
    assert attempt(rfe, "aokafor", as_representative()) == "signer_not_qualified"
    assert attempt(rfe, "aokafor", signs) == "done"


def test_without_the_tables_own_constraint_the_preparer_signs(pg_stages: PgStages) -> None:
    """The three people are a CHECK of the table; SQLite cannot drop one, PostgreSQL's owner can."""
    rfe = pg_stages.stage("signoff", fresh=True)
    cuts.preparer_is_an_attorney(rfe)
    try:
        assert attempt(rfe, "mduarte", signs_unproved) == "three_person"
        with owner(rfe) as conn:
            # Her key was made by hand and opens to nobody: what asks for its passphrase stands aside.
            conn.execute("ALTER TABLE sign_off DISABLE TRIGGER signing_proved")
            conn.execute("ALTER TABLE sign_off DROP CONSTRAINT three_person")
        assert attempt(rfe, "mduarte", signs_unproved) == "done"
    finally:
        rfe.firm.close()
        assert rfe.firm.owned is not None
        pg_stages.server.drop(rfe.firm.owned)


def test_whoever_is_walled_off_signs_nothing(at: At) -> None:
    rfe = at("signoff", fresh=True)
    with raw(rfe, "aokafor") as hand:
        row = sign_off_row(hand)
    if rfe.firm.shared:
        with owner(rfe) as conn:
            conn.execute("ALTER TABLE matter DISABLE TRIGGER USER")
            conn.execute("UPDATE matter SET guarded = 1")
    else:
        with raw(rfe, "jreyes", keep=True) as hand:
            hand.insert(
                "wall", id=5, ref="W-X", matter_id=hand.matter(), reason="x", opened_us=1, opened_by=hand.me
            )
            hand.run("UPDATE matter SET guarded = 1")

    def sign(hand: Raw) -> object:
        hand.prove()
        return hand.insert("sign_off", **row)

    assert attempt(rfe, "aokafor", sign) == "signer_walled_off"
    if not rfe.firm.shared:
        return
    with owner(rfe) as conn:
        conn.execute(
            "INSERT INTO matter_member (matter_id, person_id) SELECT m.id, p.id FROM matter m, person p WHERE p.handle = 'aokafor'"
        )
    assert attempt(rfe, "aokafor", sign) == "done"
    with owner(rfe) as conn:
        conn.execute("UPDATE matter_member SET until_us = 1")
    assert attempt(rfe, "aokafor", sign) == "signer_walled_off"
    with owner(rfe) as conn:
        conn.execute("DROP TRIGGER guard_sign_off_insert ON sign_off")
    assert attempt(rfe, "aokafor", sign) == "not_allowed", "behind the guard, her own row policy"
    with owner(rfe) as conn:
        conn.execute("DROP POLICY sign ON sign_off")
        conn.execute("CREATE POLICY sign ON sign_off FOR INSERT WITH CHECK (true)")
    assert attempt(rfe, "aokafor", sign) == "done"


def sign_off_row(hand: Raw) -> dict[str, Any]:
    """The row a sign-off would write, kept from before the wall went up."""
    kept: dict[str, Any] = {}
    insert = hand.insert

    def keep(table: str, **values: Any) -> int:
        kept.update(values)
        return 0

    hand.insert = keep  # type: ignore[method-assign]
    hand.sign()
    hand.insert = insert  # type: ignore[method-assign]
    return kept


def test_a_compromised_keys_sign_off_is_voided_by_the_store(at: At) -> None:
    rfe = at("signed")
    sql = "UPDATE signing_key SET active = 0, revoked_us = :n, revoked_by = :p, revoked_reason = :r WHERE key_id = :k"
    for reason, live in (("laptop lost", 1), ("compromised: laptop lost", 0)):
        with raw(rfe, "aokafor") as hand:
            hand.run(sql, n=hand.now, p=hand.me, r=reason, k=own_key(hand))
            row = hand.one("SELECT live, voided_reason FROM sign_off")
            assert (row.live, row.voided_reason) == (live, "" if live else "its key was compromised")

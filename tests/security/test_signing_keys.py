"""A signing key signs on another person's word: confirmed, turned over, revoked, on both stores."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casedesk.bootstrap import open_desk
from casedesk.desk import (
    filings,
    gate,
    packets,
    people,
    policy,
    proving,
    reviews,
    signing,
    signing_keys,
    signoff,
    tells,
    trail,
)
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn
from casedesk.desk.views.gate import SigningKeyView
from casedesk.refusal import NotAllowed, NotFound, Refusal
from casedesk.security.signing import sign
from casedesk.security.statements import read_key, read_sign_off
from tests.security.conftest import At
from tests.security.short_cuts import by_manager
from tests.support.clock import ManualClock
from tests.support.firm import PASSPHRASE, REYES, FirmFixture, local_firm, plan
from tests.support.raw import raw
from tests.support.rfe import open_review, sqlite_stage

NEW, OTHER = "quiet river under stone", "another lamp on the hill"

Joins = Callable[..., Desk]


@pytest.fixture
def firm(at: At) -> FirmFixture:
    """Seven people, three of them attorneys with a key, and one open matter."""
    return at("opened", fresh=True).firm


@pytest.fixture
def joins(firm: FirmFixture) -> Iterator[Joins]:
    """`joins("attorney")`: somebody new with that licence, or none; their handle is no other test's."""
    opened: list[Desk] = []

    def join(licence: str | None = "attorney") -> Desk:
        handle = f"new{secrets.token_hex(4)}"
        firm.desk("inovak").write(
            people.add,
            handle,
            "Zoë Quist",
            ("attorney",) if licence else ("paralegal",),
            licence=None if licence is None else (licence, "5550001", "NJ", None),
            password="a long password",
        )
        opened.append(open_desk(firm.store, handle, clock=firm.clock, password="a long password"))
        return opened[-1]

    yield join
    for desk in opened:
        desk.close()


def key_of(desk: Desk, handle: str, state: str = "active") -> SigningKeyView:
    (key,) = [k for k in desk.read(signing_keys.listing) if (k.person, k.state) == (handle, state)]
    return key


def told(desk: Desk) -> str:
    return "\n".join(t.subject for t in desk.read(tells.listing, 50))


def entry(desk: Desk, action: str, subject: str) -> Any:
    (found,) = [e for e in desk.read(trail.listing, limit=200) if (e.action, e.subject) == (action, subject)]
    return found


def refused(desk: Desk, use_case: Callable[..., object], *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as why:
        desk.write(use_case, *args, **kwargs)
    return why.value.code


# -- on a colleague's word ----------------------------------------------------------------------------------------


def test_a_new_key_waits_for_a_colleagues_word(firm: FirmFixture, joins: Joins) -> None:
    desk = joins()
    assert refused(desk, signing.enrol, "password") == "weak_passphrase"
    made = desk.write(signing.enrol, NEW)
    assert (made.state, made.confirmed, made.cosigned_by) == ("waiting", "not yet", None)
    assert refused(desk, signing.enrol, NEW) == "key_waits"
    assert refused(desk, signing.rotate, NEW, OTHER) == "key_waits"
    assert f"{made.key_id} waits for you" in told(firm.desk("aokafor")), "whoever may confirm it is told"
    assert made.key_id not in told(firm.desk("bcole"))
    firm.clock.advance(hours=1)
    done = firm.desk("lchen").write(signing.cosign, made.key_id, PASSPHRASE)
    assert (done.state, done.cosigned_by, done.confirmed) == ("active", "lchen", "by lchen")
    assert done.cosigned_at == firm.clock.now()
    assert f"confirmed your signing key {made.key_id}" in told(desk)
    assert desk.read(signing_keys.fault, made.key_id) == ""
    assert entry(firm.desk("inovak"), "signing.cosigned", made.person).actor == "lchen"
    keys = desk.read(signing_keys.chain, made.key_id)
    words = read_key(keys[0].statement)
    assert (words.person_name, words.cosigner_name, words.licence.number) == (
        "Zoë Quist",
        "Li Chen",
        "5598765",
    )
    assert words.meaning == "I know Zoë Quist, and this signing key is theirs."
    assert (words.store, words.cosigner_key_id) == (desk.store.meta["store_id"], keys[1].key_id)
    assert refused(desk, signing.enrol, OTHER) == "already_enrolled"


def test_who_may_not_answer_for_a_key(firm: FirmFixture, joins: Joins) -> None:
    desk = joins()
    key = desk.write(signing.enrol, NEW).key_id
    assert refused(desk, signing.cosign, key, NEW) == "own_key"
    assert refused(firm.desk("mduarte"), signing.cosign, key, PASSPHRASE) == "not_licensed"
    assert refused(firm.desk("inovak"), signing.cosign, key, PASSPHRASE) == "not_licensed"
    assert refused(joins(), signing.cosign, key, PASSPHRASE) == "no_signing_key"
    assert refused(firm.desk("lchen"), signing.cosign, key, "not her passphrase") == "wrong_passphrase"
    with pytest.raises(NotFound):
        firm.desk("lchen").write(signing.cosign, "0" * 16, PASSPHRASE)
    firm.desk("lchen").write(signing.cosign, key, PASSPHRASE)
    assert refused(firm.desk("aokafor"), signing.cosign, key, PASSPHRASE) == "key_not_waiting"
    waiting = joins()
    gone = waiting.write(signing.enrol, NEW).key_id
    waiting.write(signing.revoke, gone, "mistyped")
    assert refused(firm.desk("aokafor"), signing.cosign, gone, PASSPHRASE) == "key_not_waiting"


def test_who_has_no_licence_has_no_key(firm: FirmFixture, joins: Joins) -> None:
    with pytest.raises(NotAllowed, match="attorney"):
        firm.desk("mduarte").write(signing.enrol, NEW)
    assert refused(joins("reviewer"), signing.enrol, NEW) == "not_licensed"


def test_alone_one_answers_for_oneself_and_the_list_says_so(
    store_path: Path, manual_clock: ManualClock
) -> None:
    sole_firm = local_firm(store_path, manual_clock, plan((REYES,)))
    desk = sole_firm.desk("jreyes")
    founded = key_of(desk, "jreyes")
    assert founded.confirmed == "at the founding"
    assert refused(desk, signing.enrol, NEW) == "already_enrolled"
    desk.write(signing.revoke, founded.key_id, "passphrase forgotten")
    sole_firm.clock.advance(hours=1)
    made = desk.write(signing.enrol, NEW)
    assert (made.state, made.confirmed, made.cosigned_by) == ("active", "alone: nobody else could", "jreyes")
    assert desk.read(signing_keys.fault, made.key_id) == ""
    assert entry(desk, "signing.enrolled", "jreyes").payload == {"alone": True, "key_id": made.key_id}
    turned = desk.write(signing.rotate, NEW, OTHER)
    assert [k.key_id for k in desk.read(signing_keys.chain, turned.key_id)] == [turned.key_id, made.key_id]
    sole_firm.close()


def test_where_nobody_else_has_a_key_the_first_is_ones_own_word(firm: FirmFixture) -> None:
    """Two attorneys whose keys are gone could never confirm each other's."""
    for who in ("aokafor", "lchen", "jreyes"):
        firm.desk(who).write(signing.revoke, key_of(firm.desk(who), who).key_id, "laptop lost")
    assert firm.desk("lchen").write(signing.enrol, NEW).confirmed == "alone: nobody else could"
    assert firm.desk("aokafor").write(signing.enrol, NEW).state == "waiting"


# -- turned over, revoked -----------------------------------------------------------------------------------------


def test_a_new_key_takes_the_old_ones_place(at: At) -> None:
    rfe = at("signed", fresh=True)
    firm = rfe.firm
    desk = firm.desk("aokafor")
    old = key_of(desk, "aokafor")
    assert refused(desk, signing.rotate, "not her passphrase", OTHER) == "wrong_passphrase"
    assert refused(desk, signing.rotate, PASSPHRASE, "aokafor 1") == "weak_passphrase"
    made = desk.write(signing.rotate, PASSPHRASE, OTHER)
    assert (made.state, made.replaces, made.cosigned_by) == ("active", old.key_id, "aokafor")
    assert made.confirmed == f"by {old.key_id}, which it replaces"
    gone = key_of(desk, "aokafor", "revoked")
    assert (gone.key_id, gone.reason, gone.revoked_by) == (
        old.key_id,
        f"replaced by {made.key_id}",
        "aokafor",
    )
    assert desk.read(signing_keys.fault, made.key_id) == ""
    assert refused(desk, signing.rotate, PASSPHRASE, NEW) == "wrong_passphrase"
    assert desk.read(packets.verify, rfe.packet).ok, "what the old key signed stays signed"
    firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")


def test_a_key_is_revoked_with_a_reason_by_its_own_or_a_manager(at: At) -> None:
    rfe = at("signed", fresh=True)
    firm = rfe.firm
    key = key_of(firm.desk("bcole"), "aokafor").key_id
    with pytest.raises(NotAllowed, match="somebody else's key"):
        firm.desk("lchen").write(signing.revoke, key, "because")
    assert refused(firm.desk("inovak"), signing.revoke, key, "  ") == "empty"
    gone = firm.desk("inovak").write(signing.revoke, key.upper(), "on leave for a year")
    assert (gone.state, gone.reason, gone.revoked_by) == ("revoked", "on leave for a year", "inovak")
    assert refused(firm.desk("aokafor"), signing.revoke, key, "again") == "already_revoked"
    assert refused(firm.desk("aokafor"), policy.change, "two-person", reason="x", passphrase=PASSPHRASE) == (
        "no_signing_key"
    )
    assert firm.desk("mduarte").read(packets.verify, rfe.packet).ok
    firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")


def test_whoever_leaves_takes_no_key_along(firm: FirmFixture, joins: Joins) -> None:
    desk = joins()
    made = desk.write(signing.enrol, NEW)
    firm.desk("inovak").write(people.leave, made.person)
    gone = firm.desk("inovak").read(signing_keys.show, made.key_id)
    assert (gone.state, gone.reason) == ("revoked", "left the firm")


def test_a_compromised_key_takes_its_live_sign_offs_with_it(at: At) -> None:
    rfe = at("signed", fresh=True)
    firm = rfe.firm
    key = key_of(firm.desk("aokafor"), "aokafor").key_id
    firm.clock.advance(hours=1)
    firm.desk("inovak").write(signing.revoke, key, "laptop stolen", compromised=True)
    with pytest.raises(Refusal, match="void: its key was compromised") as why:
        firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")
    assert why.value.code == "not_signed_off"
    for who in ("mduarte", "inovak", "aokafor"):
        assert f"sign-off of {rfe.packet} is void" in told(firm.desk(who))
    assert "revoked as compromised" in told(firm.desk("aokafor"))
    said = entry(firm.desk("inovak"), "packet.key_compromised", rfe.packet)
    assert said.payload == {"key": key, "left": False}

    again = open_review(rfe, "signoff")
    assert refused(
        firm.desk("aokafor"), reviews.sign_off, again, confirm=rfe.matter, passphrase=PASSPHRASE
    ) == ("no_signing_key")
    firm.desk("jreyes").write(reviews.sign_off, again, confirm=rfe.matter, passphrase=PASSPHRASE)
    firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")


def test_what_left_under_a_compromised_key_is_told_not_undone(at: At) -> None:
    rfe = at("shipped", fresh=True)
    firm = rfe.firm
    key = key_of(firm.desk("aokafor"), "aokafor").key_id
    firm.desk("aokafor").write(signing.revoke, key, "laptop stolen", compromised=True)
    assert f"left under a signing key now revoked as compromised: {rfe.packet}" in told(firm.desk("mduarte"))
    assert entry(firm.desk("inovak"), "packet.key_compromised", rfe.packet).payload["left"] is True
    assert firm.desk("mduarte").write(filings.deliver, rfe.packet).state == "delivered"


def test_keys_that_a_compromised_one_confirmed_are_named_to_the_managers(
    firm: FirmFixture, joins: Joins
) -> None:
    new = joins().write(signing.enrol, NEW).key_id
    firm.desk("aokafor").write(signing.cosign, new, PASSPHRASE)
    key = key_of(firm.desk("aokafor"), "aokafor").key_id
    firm.desk("aokafor").write(signing.revoke, key, "laptop stolen", compromised=True)
    assert f"Look at signing key {new}: it was confirmed with {key}" in told(firm.desk("inovak"))
    assert firm.desk("inovak").read(signing_keys.show, new).state == "active"


def test_a_key_confirmed_with_words_that_do_not_verify_ships_nothing(at: At) -> None:
    """What somebody writes into the store by hand passes there with her own proof, and is found out here."""
    rfe = at("signoff", fresh=True)
    firm, desk = rfe.firm, rfe.firm.desk("jreyes")
    desk.write(signing.revoke, key_of(desk, "jreyes").key_id, "passphrase forgotten")
    key = desk.write(signing.enrol, NEW).key_id
    with raw(rfe, "lchen", keep=True) as hand:
        hand.prove()
        assert hand.confirm(key) == 1
    assert key_of(desk, "jreyes").confirmed == "by lchen"
    desk.write(reviews.sign_off, rfe.reviews["signoff"], confirm=rfe.matter, passphrase=NEW)
    with pytest.raises(Refusal, match=r"confirmation of key .* is not well formed") as why:
        firm.desk("mduarte").write(filings.ship, rfe.packet, carrier="FedEx", tracking="1")
    assert why.value.code == "signature_invalid"
    assert not firm.desk("mduarte").read(packets.verify, rfe.packet).ok


def test_partial_accreditation_is_refused_with_a_sentence(at: At) -> None:
    rfe = at("signoff", fresh=True)
    for sql in (
        "UPDATE licence SET active = 0 WHERE person_id = (SELECT id FROM person WHERE handle = 'aokafor')",
        "INSERT INTO licence (id, person_id, kind, scope) SELECT 77, id, 'accredited_representative', 'dhs'"
        " FROM person WHERE handle = 'aokafor'",
    ):
        by_manager(sql)(rfe)
    desk = rfe.firm.desk("aokafor")
    act = {"confirm": rfe.matter, "passphrase": PASSPHRASE}
    with raw(rfe, "mduarte", keep=True) as hand:
        hand.insert("form", id=5, matter_id=hand.matter(), form="EOIR-42B")
    assert refused(desk, reviews.sign_off, rfe.reviews["signoff"], **act) == "beyond_accreditation"


NOT_OF_THE_RECORD = {
    *("store", "manifest_bytes", "meaning", "signer_name", "licence", "rule_set_sha256", "checklist_sha256"),
    "previous_sha256",
}
"""What a sign-off says that its row and packet do not say as well; the signature alone holds these."""


def test_a_true_signature_over_other_words_than_the_records_does_not_verify(tmp_path: Path) -> None:
    """The signer herself may have signed something else; what is on record is what must have been signed."""
    rfe = sqlite_stage("signed", tmp_path)
    desk = rfe.firm.desk("aokafor")

    def rows(turn: Turn) -> tuple[Any, Any]:
        packet = gate.packet_of(turn, rfe.packet)
        return packet, turn.uow.one("gate.live_sign_off", packet_id=packet.id)

    packet, row = desk.read(rows)
    signer = proving.opened(desk.read(proving.typed_now), PASSPHRASE).signer
    words = read_sign_off(row.statement)

    def verifies(**bent: Any) -> bool:
        said = replace(words, **bent)
        with_key = replace(signer, key_id=said.key_id)
        kept = {
            **row._mapping,
            "statement": said.statement_bytes().decode("ascii"),
            "signature": sign(with_key, said).hex(),
        }
        return signoff.verifies(packet, SimpleNamespace(**kept))

    assert verifies()
    for each in fields(words):
        value = getattr(words, each.name)
        if each.name == "licence":
            bent: Any = replace(value, number="1")
        else:
            bent = value + 1 if isinstance(value, int) else ("1" if value[0] != "1" else "2") + value[1:]
        assert verifies(**{each.name: bent}) == (each.name in NOT_OF_THE_RECORD), each.name


# -- typed just now -----------------------------------------------------------------------------------------------


def stale(firm: FirmFixture, desk: Desk, use_case: Any, seconds: float, *args: Any, **kwargs: Any) -> object:
    """The use-case's first half, then a closed lid, then its second."""
    ready = use_case.before(desk, *args, **kwargs)
    firm.clock.advance(seconds=seconds)
    return desk.write(lambda turn: use_case.use_case(turn, *args, **kwargs, ready=ready))


def test_a_passphrase_typed_two_minutes_ago_does_nothing(at: At) -> None:
    rfe = at("signoff", fresh=True)
    firm, desk = rfe.firm, rfe.firm.desk("aokafor")
    with raw(rfe, "mduarte", keep=True) as hand:
        key = hand.enrol()
    by_manager(
        "INSERT INTO licence (id, person_id, kind) SELECT 77, id, 'attorney' FROM person WHERE handle = 'mduarte'"
    )(rfe)
    acts: tuple[tuple[Any, tuple[Any, ...], dict[str, Any]], ...] = (
        (reviews.sign_off, (rfe.reviews["signoff"],), {"confirm": rfe.matter, "passphrase": PASSPHRASE}),
        (signing.cosign, (key, PASSPHRASE), {}),
        (policy.change, ("two-person",), {"reason": "fewer of us", "passphrase": PASSPHRASE}),
        (signing.rotate, (PASSPHRASE, OTHER), {}),
    )
    for use_case, args, kwargs in acts:
        for seconds in (120.000001, 3600, -1):
            with pytest.raises(Refusal) as why:
                stale(firm, desk, use_case, seconds, *args, **kwargs)
            assert why.value.code == "proof_stale", use_case.__name__
    for use_case, args, kwargs in acts:
        stale(firm, desk, use_case, 119, *args, **kwargs)
    assert firm.desk("mduarte").read(packets.verify, rfe.packet).ok


def test_a_row_whose_token_was_altered_is_found_on_a_local_store(tmp_path: Path) -> None:
    rfe = sqlite_stage("signoff", tmp_path)
    firm = rfe.firm
    engine = firm.desk("aokafor").store.engine
    with engine.connect() as conn:
        triggers = [
            row[0]
            for row in conn.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'signing_key'"
                " AND name LIKE '%update%'"
            )
        ]
        for name in triggers:
            conn.exec_driver_sql(f"DROP TRIGGER {name}")
        conn.exec_driver_sql("UPDATE signing_key SET token_sha256 = substr(token_sha256, 2) || 'x'")
        conn.commit()
    assert (
        refused(
            firm.desk("aokafor"),
            reviews.sign_off,
            rfe.reviews["signoff"],
            confirm=rfe.matter,
            passphrase=PASSPHRASE,
        )
        == "not_authenticated"
    )

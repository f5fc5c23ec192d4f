"""Three firms, three review policies: each carries a packet to delivery, and is refused what its policy forbids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from casedesk.desk import filings, people, reviews
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import Refusal
from tests.support.firm import PASSPHRASE
from tests.support.raw import Raw, attempt, new_id, raw
from tests.support.rfe import Rfe, go_on, open_review, sqlite_stage

At = Callable[[str, ReviewPolicy], Rfe]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    opened: list[Rfe] = []

    def stand(stage: str, policy: ReviewPolicy) -> Rfe:
        opened.append(sqlite_stage(stage, tmp_path, policy))
        return opened[-1]

    yield stand
    for rfe in opened:
        rfe.firm.close()


def sign(rfe: Rfe, who: str) -> object:
    review = open_review(rfe, "signoff")
    return rfe.firm.desk(who).write(reviews.sign_off, review, confirm=rfe.matter, passphrase=PASSPHRASE)


@pytest.mark.parametrize("policy", list(ReviewPolicy))
def test_each_policy_carries_a_packet_to_delivery(at: At, policy: ReviewPolicy) -> None:
    rfe = at("delivered", policy)
    shown = rfe.firm.desk(rfe.cast.preparer).read(filings.show, rfe.packet)
    assert (shown.state, shown.deadline_state) == ("delivered", "met")
    with raw(rfe, rfe.cast.attorney) as hand:
        signed = hand.one("SELECT policy, live, statement FROM sign_off")
    assert (signed.policy, signed.live) == (policy.value, 1)
    assert f'"policy":"{policy}"' in signed.statement


def test_three_people_where_three_are_asked(at: At) -> None:
    rfe = at("signoff", ReviewPolicy.THREE_PERSON)
    with pytest.raises(Refusal, match="You gave it its second review") as refused:
        sign(rfe, "lchen")
    assert refused.value.code == "three_person"
    sign(rfe, "jreyes")  # a third person, not the one the review was meant for


def test_two_people_where_two_are_asked(at: At) -> None:
    """The attorney drafts, reviews the content and gives the second review herself: then she cannot sign as well."""
    begun = at("drafting", ReviewPolicy.TWO_PERSON)
    alone = replace(begun, cast=replace(begun.cast, preparer="aokafor", second="aokafor"))
    rfe = go_on(alone, "signoff")
    with pytest.raises(Refusal, match="Two different people stand behind") as refused:
        sign(rfe, "aokafor")
    assert refused.value.code == "two_person"

    def by_hand(hand: Raw) -> int:
        return hand.sign()

    assert attempt(rfe, "aokafor", by_hand) == "two_person"


def test_an_attorney_signs_her_own_drafting_when_somebody_else_reviewed_it(at: At) -> None:
    begun = at("drafting", ReviewPolicy.TWO_PERSON)
    rfe = go_on(replace(begun, cast=replace(begun.cast, preparer="aokafor")), "delivered")
    with raw(rfe, "aokafor") as hand:
        row = hand.one("SELECT preparer_id, second_reviewer_id, signer_id FROM sign_off")
        assert (row.preparer_id, row.signer_id) == (hand.me, hand.me)
        assert row.second_reviewer_id == hand.person("mduarte")


def test_one_person_looks_again_after_half_an_hour(at: At) -> None:
    rfe = at("second", ReviewPolicy.SOLE)
    desk = rfe.firm.desk("aokafor")
    rfe.firm.clock.advance(minutes=29, seconds=59)
    with pytest.raises(Refusal, match="at least 30 minutes after assembly") as refused:
        desk.write(reviews.approve, rfe.reviews["second"])
    assert refused.value.code == "second_pass_too_soon"
    rfe.firm.clock.advance(seconds=1)
    with pytest.raises(Refusal, match="unanswered points"):
        desk.write(reviews.approve, rfe.reviews["second"], ())
    assert desk.write(reviews.approve, rfe.reviews["second"]).state == "approved"


def test_one_person_ends_when_a_second_is_active(at: At) -> None:
    rfe = at("signoff", ReviewPolicy.SOLE)
    rfe.firm.desk("aokafor").write(people.add, "new", "New Colleague", ("paralegal",))
    with raw(rfe, "aokafor") as hand:
        assert hand.value("SELECT policy FROM firm_policy ORDER BY seq DESC LIMIT 1") == "two-person"
    with pytest.raises(Refusal, match="Two different people") as refused:
        sign(rfe, "aokafor")
    assert refused.value.code == "two_person"


def test_one_person_ends_in_the_store_when_a_second_comes_another_way(at: At) -> None:
    rfe = at("signoff", ReviewPolicy.SOLE)
    with raw(rfe, "aokafor", keep=True) as hand:
        hand.insert("person", id=new_id(), handle="new", name="New Colleague", created_us=hand.now)
    with pytest.raises(Refusal, match="one-person policy ends when a second person is active") as refused:
        sign(rfe, "aokafor")
    assert refused.value.code == "sole_is_one_person"


@pytest.mark.parametrize("policy", [ReviewPolicy.TWO_PERSON, ReviewPolicy.SOLE])
def test_no_firm_calls_its_policy_another(at: At, policy: ReviewPolicy) -> None:
    rfe = at("signoff", policy)
    for other in set(ReviewPolicy) - {policy}:
        assert attempt(rfe, "aokafor", partial(Raw.sign, policy=other.value)) == "sign_off_policy"

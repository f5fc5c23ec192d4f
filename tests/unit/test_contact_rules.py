"""Rules of contact without a store: what they forbid, and where they send what goes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.desk import contact


@dataclass(frozen=True)
class Rule:
    binds: str = ""
    channel: str = ""
    value: str = ""
    party_id: int | None = None
    rule: str = "As she asked."


WAYS = (*contact.CHANNELS, "")
RULES = st.one_of(
    st.builds(Rule, st.just("never"), st.sampled_from((*contact.CHANNELS, contact.ANY))),
    st.builds(Rule, st.just("only"), st.sampled_from(contact.CHANNELS)),
    st.builds(
        Rule,
        st.just("use"),
        st.sampled_from(("email", "mail", "phone", "text", "voicemail")),
        st.sampled_from(("one", "two")),
        st.sampled_from((None, 1)),
    ),
    st.builds(Rule, rule=st.just("A word to people.")),
)


def refused(channel: str, *rules: Rule) -> bool:
    return bool(contact.refusal_of("Rosa", rules, channel))


@given(st.lists(RULES, max_size=6), RULES, st.sampled_from(WAYS))
def test_another_rule_never_opens_a_way(rules: list[Rule], more: Rule, channel: str) -> None:
    if refused(channel, *rules):
        assert refused(channel, *rules, more)
        assert refused(channel, more, *rules)


@given(st.lists(RULES, max_size=6), st.sampled_from(WAYS))
def test_what_is_forbidden_says_by_which_rule(rules: list[Rule], channel: str) -> None:
    said = contact.refusal_of("Rosa", rules, channel)
    assert said == "" or said.startswith("Rosa: ")


@given(st.lists(RULES, max_size=6), st.sampled_from(contact.CHANNELS))
def test_an_address_comes_from_a_rule_for_that_way(rules: list[Rule], channel: str) -> None:
    named = {r.value for r in rules if r.binds == "use" and r.channel in (channel, "phone")}
    assert set(contact.safe_addresses(rules, channel)) <= named


@pytest.mark.parametrize(
    ("rule", "forbidden"),
    [
        (Rule("never", "mail"), {"mail"}),
        (Rule("never", "phone"), {"phone", "voicemail"}),
        (Rule("never", "voicemail"), {"voicemail"}),
        (Rule("never", "any"), {"email", "mail", "phone", "text", "in_person", "voicemail", ""}),
        (Rule("only", "phone"), {"email", "mail", "text", "in_person", "voicemail", ""}),
        (Rule("use", "mail", "elsewhere"), set()),
        (Rule(rule="Never say what it is about."), set()),
    ],
)
def test_what_a_rule_forbids(rule: Rule, forbidden: set[str]) -> None:
    assert {way for way in WAYS if refused(way, rule)} == forbidden


def test_two_ways_that_are_each_the_only_one_leave_none() -> None:
    rules = Rule("only", "phone"), Rule("only", "mail")
    assert all(refused(way, *rules) for way in WAYS)


def test_the_safe_number_for_calls_is_the_one_for_texts_and_voicemail_too() -> None:
    rules = (Rule("use", "phone", "917"),)
    assert [contact.safe_addresses(rules, way) for way in ("phone", "text", "voicemail", "mail")] == [
        ("917",),
        ("917",),
        ("917",),
        (),
    ]
    own = (*rules, Rule("use", "text", "646"))
    assert contact.safe_addresses(own, "text") == ("646",)


def test_a_partys_own_rule_stands_before_the_matters() -> None:
    rules = Rule("use", "mail", "the matter's"), Rule("use", "mail", "hers", party_id=1)
    assert contact.safe_addresses(rules, "mail") == ("hers",)
    assert contact.safe_addresses((*rules, Rule("use", "mail", "another", party_id=1)), "mail") == (
        "another",
        "hers",
    )


@pytest.mark.parametrize(
    ("said", "channel"),
    [
        ("E-Mail", "email"),
        ("email", "email"),
        ("mail", "mail"),
        ("letter", "mail"),
        ("FedEx", "mail"),
        ("text message", "text"),
        ("in person", "in_person"),
        ("in_person", "in_person"),
        ("handed over", "in_person"),
        ("phone", "phone"),
        ("portal", ""),
        ("carrier pigeon", ""),
    ],
)
def test_the_words_for_how_something_went(said: str, channel: str) -> None:
    assert contact.channel_of(said) == channel


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("100 Example Avenue, Queens, NY 11372", ("100 Example Avenue", "Queens, NY 11372")),
        ("Apt 4, 12 Elm St, Queens, NY 11372-1234", ("Apt 4, 12 Elm St", "Queens, NY 11372-1234")),
        ("PO Box 7\n Albany, NY 12201 ", ("PO Box 7", "Albany, NY 12201")),
        ("12 Rue X; 75001 Paris; France", ("12 Rue X", "75001 Paris", "France")),
        ("somewhere", ("somewhere",)),
        ("", ()),
    ],
)
def test_an_address_on_a_letter(address: str, lines: tuple[str, ...]) -> None:
    assert contact.address_lines(address) == lines

"""Rules of contact hold everything that leaves towards a person, at the moment it leaves."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from pypdf import PdfReader
from sqlalchemy.exc import DBAPIError

from casedesk.desk import apply, compose, contact, matters, messages, notes, posting, trail_export
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn, id_of
from casedesk.refusal import NotFound, Refusal
from tests.support.firm import FirmFixture
from tests.support.lasting import lasting_firm

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"
HOME, SAFE = "14 Elm Street, Queens, NY 11372", "PO Box 7, Albany, NY 12201"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmFixture]:
    yield from lasting_firm(request, tmp_path_factory.mktemp("firm"))


@pytest.fixture
def matter(firm: FirmFixture) -> str:
    opened = firm.desk(PARALEGAL).write(
        matters.open_matter,
        "u_visa",
        "Marisol López",
        phone="212 555 0101",
        email="home@mail.example",
        address=HOME,
        paralegal=PARALEGAL,
        attorney=ATTORNEY,
        form=("I-918",),
    )
    return opened.ref


def prepared(desk: Desk, matter: str, release: str = "staff") -> str:
    """A message as the rules have it prepared."""

    def prepare(turn: Turn) -> str:
        row = turn.matter(matter)
        form = turn.uow.all("form.of_matter", matter_id=row.id)[0]
        about = apply.About(event_id=0, subject="x", matter_id=row.id, matter_ref=row.ref, form_id=form.id)
        ref = compose.queue(turn, "status_update", release, about)
        assert ref is not None
        return ref

    return desk.write(prepare)


def test_a_message_goes_by_a_way_no_rule_forbids_and_to_the_safe_address(
    firm: FirmFixture, matter: str
) -> None:
    desk = firm.desk(PARALEGAL)
    first = desk.read(messages.show, prepared(desk, matter))
    assert (first.channel, first.address) == ("email", "home@mail.example")

    desk.write(contact.add, matter, "never", "e-mail")
    desk.write(contact.add, matter, "use", "mail", SAFE, party="Marisol López")
    second = desk.read(messages.show, prepared(desk, matter))
    assert (second.channel, second.address) == ("letter", SAFE)
    assert set(second.contact_rules) == {
        "Never by e-mail.",
        f"Marisol López: Mail goes to {SAFE}, and nowhere else.",
    }
    # The message that was held before the rule came is asked again when it is released.
    assert desk.read(messages.show, first.ref).refused == "Marisol López: Never by e-mail."
    with pytest.raises(Refusal, match=r"may not leave this way: Marisol López: Never by e-mail\."):
        desk.write(messages.approve, first.ref)
    assert desk.write(messages.way, first.ref, "letter").address == SAFE
    with pytest.raises(Refusal, match="Never by e-mail"):
        desk.write(messages.way, first.ref, "email")
    with pytest.raises(Refusal, match="There is no way to the client"):
        desk.write(messages.way, first.ref, "portal")
    assert desk.write(messages.approve, first.ref).address == SAFE


def test_a_rule_set_after_the_release_holds_copy_and_sent(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    by_mail, by_email = prepared(desk, matter), prepared(desk, matter)
    desk.write(messages.way, by_mail, "mail")
    for ref in (by_mail, by_email):
        desk.write(messages.approve, ref)
    assert desk.read(messages.show, by_mail).address == HOME
    desk.write(contact.add, matter, "use", "mail", SAFE)
    rule = desk.write(contact.add, matter, "never", "email")
    for step in (
        lambda: desk.write(messages.copy, by_email),
        lambda: desk.write(messages.sent, by_email, "e-mail"),
    ):
        with pytest.raises(Refusal, match="Never by e-mail"):
            step()
    # Released for the old address, it is not noted as sent before it was taken out again for the new one.
    with pytest.raises(Refusal, match="the address it goes to has changed"):
        desk.write(messages.sent, by_mail, "USPS")
    desk.write(messages.copy, by_mail)
    done = desk.write(messages.sent, by_mail, "USPS")
    assert (done.state, done.channel, done.address) == ("sent", "letter", SAFE)
    # Another way than it was released for is asked about as well, and words that are no way of ours too.
    with pytest.raises(Refusal, match="Never by e-mail"):
        desk.write(messages.sent, by_email, "email")
    handed = desk.write(messages.sent, by_email, "handed over")
    assert (handed.channel, handed.address) == ("in_person", "")
    with pytest.raises(Refusal, match="is sent"):
        desk.write(messages.way, by_email, "mail")
    ended = desk.write(contact.end, matter, rule.id, "She asked for it.")
    assert ended.ended_by == PARALEGAL
    third = prepared(desk, matter)
    assert desk.write(messages.approve, third).channel == "email"
    desk.write(contact.add, matter, "only", "mail")
    with pytest.raises(Refusal, match="Only by mail"):
        desk.write(messages.sent, third, "the portal")


def test_where_nothing_may_go_a_message_waits_and_leaves_by_no_way(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(contact.add, matter, "never", "any", say="Her husband reads everything.")
    ref = prepared(desk, matter)
    assert desk.read(messages.show, ref).address == ""
    for way in contact.CHANNELS:
        with pytest.raises(Refusal, match="Her husband reads everything"):
            desk.write(messages.way, ref, way)
    with pytest.raises(Refusal, match="Her husband reads everything"):
        desk.write(messages.approve, ref)
    with pytest.raises(Refusal, match="Her husband reads everything"):
        desk.write(posting.matter_label, matter)


def test_letters_and_labels_ask_where_mail_goes(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    ref = prepared(desk, matter)
    desk.write(messages.approve, ref)
    with pytest.raises(Refusal, match="goes by e-mail, not by mail"):
        desk.write(posting.letter, ref)
    desk.write(messages.way, ref, "mail")
    desk.write(contact.add, matter, "use", "mail", SAFE, party="Marisol López")
    lines = ("Marisol López", "PO Box 7", "Albany, NY 12201")
    for made in (
        desk.write(posting.message_label, ref),
        desk.write(posting.matter_label, matter, "Marisol López"),
        desk.write(posting.letter, ref),
    ):
        assert made.lines == lines
        text = PdfReader(io.BytesIO(made.pdf)).pages[0].extract_text()
        assert "PO Box 7" in text
        assert "Elm Street" not in text
    label = desk.write(posting.matter_label, matter)
    text = PdfReader(io.BytesIO(label.pdf)).pages[0].extract_text()
    assert [word for word in ("Reyes", matter, "USCIS") if word in text] == []
    desk.write(contact.add, matter, "never", "mail")
    for use_case, what in (
        (posting.letter, ref),
        (posting.message_label, ref),
        (posting.matter_label, matter),
    ):
        with pytest.raises(Refusal, match="Never by mail"):
            desk.write(use_case, what)


def test_a_general_address_that_changes_overrides_no_rule(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(contact.add, matter, "use", "mail", SAFE)
    changed = desk.write(
        matters.party_change,
        matter,
        "marisol lopez",
        address="1 New Street, Queens, NY 11372",
        phone="212 555 0199",
    )
    assert (changed.address, changed.phone) == ("1 New Street, Queens, NY 11372", "212 555 0199")
    assert changed.contact_rules == (f"Mail goes to {SAFE}, and nowhere else.",)
    found = desk.read(
        lambda turn: contact.reach(turn, id_of(desk.read(matters.show, matter).id), None, "mail")
    )
    assert (found.address, found.refused_because) == (SAFE, "")
    assert (
        desk.write(matters.party_change, matter, "Marisol López", email="new@mail.example").contact_rules
        == ()
    )
    with pytest.raises(Refusal, match="Nothing was said"):
        desk.write(matters.party_change, matter, "Marisol López")


def test_rules_are_added_with_what_they_need_and_end_once(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    for wrong, said in (
        (("sometimes", "mail"), "no kind of rule"),
        (("never", "pigeon"), "no channel"),
        (("only", "any"), "Only `never` goes with any"),
        (("never", "mail", "14 Elm Street"), "takes no address"),
        (("use", "mail"), "is empty"),
        (("use", "email", "not an address"), "no e-mail address"),
        (("use", "phone", "555"), "no telephone number"),
        (("use", "in_person", "here"), "in person at an address"),
    ):
        with pytest.raises(Refusal, match=said):
            desk.write(contact.add, matter, *wrong)
    rule = desk.write(contact.add, matter, "use", "mail", SAFE)
    assert (rule.rule, rule.set_by) == (f"Mail goes to {SAFE}, and nowhere else.", PARALEGAL)
    with pytest.raises(Refusal, match="says already where mail goes"):
        desk.write(contact.add, matter, "use", "mail", HOME)
    # A party's own address may stand beside the matter's; an address for a way that is forbidden would never be used.
    desk.write(contact.add, matter, "use", "mail", "4 Hers, Albany, NY 12201", party="Marisol López")
    desk.write(contact.add, matter, "never", "email")
    with pytest.raises(Refusal, match="would never be used"):
        desk.write(contact.add, matter, "use", "email", "safe@mail.example")
    assert len(desk.read(matters.show, matter).contact_rules) == 3

    colleague = firm.desk(COLLEAGUE)
    with pytest.raises(Refusal, match="reason is empty"):
        colleague.write(contact.end, matter, rule.id, " ")
    assert colleague.write(contact.end, matter, rule.id, "She moved.").ended_by == COLLEAGUE
    with pytest.raises(Refusal, match="has ended already"):
        desk.write(contact.end, matter, rule.id, "Again.")
    with pytest.raises(NotFound):
        desk.write(contact.end, matter, "0000000000000", "No such rule.")
    assert len(desk.read(matters.show, matter).contact_rules) == 2
    assert [r.id for r in desk.read(contact.listing, matter, ended=True) if r.ended_at] == [rule.id]
    # The trail says that a rule was set and ended, by whom and why; where somebody lives is not in it.
    told = desk.read(trail_export.export, matter)
    steps = [(e["action"], e["actor"]) for e in told["entries"] if e["action"].startswith("contact_rule")]
    assert steps[0] == ("contact_rule.added", PARALEGAL)
    assert steps[-1] == ("contact_rule.ended", COLLEAGUE)
    assert "PO Box" not in json.dumps(told)
    assert "Hers" not in json.dumps(told)


def test_between_two_addresses_the_desk_does_not_choose(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    desk.write(contact.add, matter, "use", "mail", SAFE)

    def another_at_the_same_moment(turn: Turn) -> None:
        row = turn.matter(matter)
        rule = {"rule": "As she said to me.", "binds": "use", "channel": "mail", "value": HOME}
        turn.uow.insert(
            "contact_rule",
            id=turn.uow.new_id(),
            matter_id=row.id,
            set_by=turn.actor.id,
            set_us=turn.now_us,
            **rule,
        )

    desk.write(another_at_the_same_moment)
    with pytest.raises(Refusal, match="two rules say where mail goes"):
        desk.write(posting.matter_label, matter)
    assert desk.read(messages.show, prepared(desk, matter)).channel == "email"


def test_a_call_is_logged_and_warned_of(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    assert desk.write(notes.call, matter, "Asked for papers.", direction="out").warnings == ()
    rule = desk.write(contact.add, matter, "use", "phone", "917 555 0142")
    said = desk.write(notes.call, matter, "Asked for papers.", direction="out", party="Marisol López")
    assert said.warnings == ("Call Marisol López at 917 555 0142 only.",)
    desk.write(contact.end, matter, rule.id, "New number.")
    desk.write(contact.add, matter, "never", "phone")
    assert desk.write(notes.call, matter, "She called us.").warnings == ()
    for call in (
        desk.write(notes.call, matter, "We called.", direction="out"),
        desk.write(notes.call, matter, "She wants to be called.", callback=ATTORNEY),
    ):
        assert call.warnings == ("A rule of contact speaks against calling Marisol López: Never by phone.",)
    assert len(desk.read(notes.listing, matter)) == 5


BY_HAND = (
    "UPDATE contact_rule SET ended_us = NULL WHERE ended_us IS NOT NULL",
    "UPDATE contact_rule SET ended_us = 1, ended_by = {me}, value = 'elsewhere' WHERE ended_us IS NULL",
    "UPDATE contact_rule SET ended_us = 1, ended_by = NULL WHERE ended_us IS NULL",
    "DELETE FROM contact_rule",
    "INSERT INTO contact_rule (id, matter_id, rule, set_us, binds, channel) VALUES (1, {matter}, 'x', 1, 'use', 'mail')",
    "INSERT INTO contact_rule (id, matter_id, rule, set_us, binds) VALUES (1, {matter}, 'x', 1, 'never')",
    "INSERT INTO contact_rule (id, matter_id, rule, set_us, ended_us) VALUES (1, {matter}, 'x', 1, 2)",
    "UPDATE message SET address = 'elsewhere' WHERE state = 'sent'",
)


def test_the_store_itself_keeps_rules_and_where_a_message_went(firm: FirmFixture, matter: str) -> None:
    desk = firm.desk(PARALEGAL)
    first = desk.write(contact.add, matter, "use", "mail", SAFE)
    desk.write(contact.end, matter, first.id, "She moved.")
    firm.clock.advance(seconds=1)
    desk.write(contact.add, matter, "never", "email")
    ref = prepared(desk, matter)
    desk.write(messages.approve, ref)
    desk.write(messages.sent, ref, "mail")

    def by_hand(turn: Turn, step: str) -> None:
        turn.uow.conn.exec_driver_sql(step.format(me=turn.actor.id, matter=turn.matter(matter).id))

    for step in BY_HAND:
        with pytest.raises((Refusal, DBAPIError)):
            desk.write(by_hand, step)
    assert [rule.value for rule in desk.read(contact.listing, matter, ended=True)] == [SAFE, ""]
    assert desk.read(messages.show, ref).address == HOME

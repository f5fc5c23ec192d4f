"""New matters, told on both stores: an H-1B door to door, and a family of four.

Acme Corp. files for Quang Nguyen; the Haddad family comes with one application each. Paralegal M. Duarte, attorney
A. Okafor, second reviewer L. Chen, manager I. Novak.
"""

from __future__ import annotations

from casedesk.desk import drafts, filings, matters, reviews, rules, signatures, tasks, trail
from casedesk.desk.desk import Desk
from casedesk.desk.views.work import TaskView
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.rfe import letter, prepared, scan


def here(desk: Desk, matter: str) -> dict[str, TaskView]:
    return {t.kind: t for t in desk.read(tasks.queue, scope="all", limit=200) if t.matter == matter}


def tick(firm: FirmFixture, who: str, ref: str) -> None:
    """Everything the step asks for; what is reserved on it is the attorney's to say."""
    for n, item in enumerate(firm.desk(who).read(tasks.show, ref).checklist):
        if item.required and item.state == "open":
            words = f"Synthetic paper {n} of the petition"
            paper = prepared("Paper", words, f"p{n}.pdf") if item.wants_file else None
            firm.desk("aokafor" if item.reserved else who).write(tasks.tick, ref, item.id, prepared=paper)


def through(firm: FirmFixture, who: str, ref: str) -> None:
    tick(firm, who, ref)
    firm.desk(who).write(tasks.complete, ref)


def test_an_h1b_from_door_to_door(firm: FirmFixture) -> None:
    duarte, okafor, chen = firm.desk("mduarte"), firm.desk("aokafor"), firm.desk("lchen")
    opened = duarte.write(
        matters.open_matter,
        "H-1B",
        "Acme Corp.",
        caption="Acme Corp. / Nguyen",
        paralegal="mduarte",
        attorney="aokafor",
        form=("I-129",),
        playbook=True,
    )
    matter = opened.ref
    # The opening says what it does to the week of whoever got work by it.
    assert [words.split(":")[0] for words in opened.load] == ["mduarte", "aokafor"]
    assert all("of 40 hours open, " in words and words.endswith("by this matter") for words in opened.load)

    # Of seven steps only what can be worked on now is in a queue.
    assert set(here(duarte, matter)) == {"h1b_checklist", "h1b_eligibility"}
    through(firm, "mduarte", here(duarte, matter)["h1b_checklist"].ref)
    through(firm, "aokafor", here(duarte, matter)["h1b_eligibility"].ref)

    # The LCA waits for the Labor Department, and wakes up by itself.
    lca = here(duarte, matter)["h1b_lca"]
    assert (lca.status, lca.waiting_on) == ("waiting", "agency")
    assert lca.wake_up is not None
    firm.clock.set(lca.wake_up)
    firm.desk("desk").sweep()
    assert here(duarte, matter)["h1b_lca"].status == "in_progress"
    through(firm, "mduarte", lca.ref)

    # The gate: a draft, an attorney's OK, ink, a second pair of eyes, the sign-off; only then it may go.
    draft = here(duarte, matter)["h1b_draft"]
    tick(firm, "mduarte", draft.ref)
    sent = duarte.write(drafts.submit, draft.ref, (letter(1),), sign=(("I-129", "Part 7", "Acme Corp."),))
    assert "h1b_file" not in here(duarte, matter)
    okafor.write(reviews.approve, sent.review)
    (slot,) = duarte.read(signatures.listing, packet=sent.packet)
    duarte.write(signatures.sent, slot.ref)
    duarte.write(signatures.back, slot.ref, scan("I-129 Part 7"))
    (second,) = [r for r in chen.read(reviews.listing) if r.packet == sent.packet and r.kind == "second"]
    firm.clock.advance(minutes=31)
    chen.write(reviews.approve, second.ref)
    (last,) = [r for r in okafor.read(reviews.listing) if r.packet == sent.packet and r.kind == "signoff"]
    firm.clock.advance(minutes=31)
    okafor.write(reviews.sign_off, last.ref, confirm=matter, passphrase=PASSPHRASE)

    file = here(duarte, matter)["h1b_file"]
    assert "packet.signed_off" in duarte.read(rules.why, file.ref).because
    tick(firm, "mduarte", file.ref)
    duarte.write(filings.ship, sent.packet, carrier="FedEx", tracking="7719")
    firm.clock.advance(days=1)
    duarte.write(filings.deliver, sent.packet)
    assert here(duarte, matter)["h1b_watch"].waiting_on == "agency"
    firm.clock.advance(days=5)
    duarte.write(filings.receipt, sent.packet, number="IOE0912345999")
    assert "h1b_watch" not in here(duarte, matter)
    assert "h1b_after" in here(duarte, matter)
    assert okafor.read(trail.verify).ok


def test_a_family_of_four(firm: FirmFixture) -> None:
    duarte = firm.desk("mduarte")
    refs = [
        duarte.write(
            matters.open_matter,
            "asylum",
            name,
            language="es",
            paralegal="mduarte",
            attorney="aokafor",
            playbook=True,
        ).ref
        for name in ("Haddad, Samir", "Haddad, Rima", "Haddad, Yara", "Haddad, Omar")
    ]
    head, *family = refs
    for other, relation in zip(family, ("spouse", "child", "child"), strict=True):
        duarte.write(matters.link, head, other, relation)
    card = duarte.read(matters.show, head)
    assert sorted(link["matter"] for link in card.links) == sorted(family)
    # Each has its own steps, with the same two people; what is done in one is done in that one alone.
    held = {ref: here(duarte, ref) for ref in refs}
    assert all(set(tasks_) == {"asylum_checklist", "asylum_eligibility"} for tasks_ in held.values())
    through(firm, "mduarte", held[head]["asylum_checklist"].ref)
    assert set(here(duarte, head)) == {"asylum_eligibility"}
    assert all(set(here(duarte, ref)) == {"asylum_checklist", "asylum_eligibility"} for ref in family)
    # One of them goes her own way; the others go on.
    firm.desk("aokafor").write(matters.close_matter, family[0], "files on her own", how="withdrawn")
    assert here(duarte, family[0]) == {}
    assert len([ref for ref in refs if here(duarte, ref)]) == 3

"""Confidentiality inside a family: matters kept from one another, papers that are one party's own, consents."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from casedesk.desk import (
    compose,
    consents,
    drafts,
    exporting,
    family,
    filings,
    finding,
    forms,
    matters,
    messages,
    notes,
    papers,
    reviews,
    tasks,
    tells,
    trail_export,
)
from casedesk.desk.apply import About
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn, id_of
from casedesk.refusal import NotAllowed, NotFound, Refusal
from tests.support.firm import FirmFixture
from tests.support.lasting import lasting_firm
from tests.support.rfe import letter, notice, prepared, sqlite_stage

PARALEGAL, ATTORNEY, COLLEAGUE = "mduarte", "aokafor", "bcole"


def opened(
    desk: Desk, client: str, *, type: str = "other", form: tuple[str, ...] = (), receipt: str | None = None
) -> str:
    return desk.write(
        matters.open_matter,
        type,
        client,
        paralegal=PARALEGAL,
        attorney=ATTORNEY,
        form=form,
        receipt=receipt,
    ).ref


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmFixture]:
    yield from lasting_firm(request, tmp_path_factory.mktemp("firm"))


def linked(desk: Desk, name: str, receipt: str) -> tuple[str, str]:
    """His petition and her own matter, linked; hers is kept from his."""
    his = opened(desk, f"Víctor {name}")
    hers = opened(desk, f"Rosa {name}", form=("I-360",), receipt=receipt)
    desk.write(matters.link, his, hers, "spouse", hide_from=(his,))
    return his, hers


def test_a_link_is_seen_on_one_side_and_not_on_the_other(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    his, hers = linked(desk, "Zamora", "IOE0912345678")
    assert desk.read(matters.show, his).links == ()
    assert [link["matter"] for link in desk.read(matters.show, hers).links] == [his]
    assert not [e for e in desk.read(matters.timeline, his) if "linked" in e.what]
    assert [e.detail for e in desk.read(matters.timeline, hers) if "linked" in e.what] == [f"spouse {his}"]
    trail = desk.read(trail_export.export, his)
    assert hers not in json.dumps(trail)
    assert "matter.linked" not in {e["action"] for e in trail["entries"]}
    # By name both are found; seen from his matter, hers is not there.
    assert {hit.ref for hit in desk.read(finding.find, "zamora")} == {his, hers}
    assert {hit.ref for hit in desk.read(family.find_beside, "zamora", his)} == {his}
    assert {hit.ref for hit in desk.read(family.find_beside, "zamora", hers)} == {his, hers}
    assert {hit.ref for hit in desk.read(family.find_beside, "12345678", his)} == set()
    with pytest.raises(Refusal) as refused:
        desk.write(forms.form_add, his, "I-360", receipt_number="IOE0912345678")
    assert "another matter" in refused.value.message
    assert hers not in refused.value.sentence()


def test_a_link_that_is_hidden_later_is_told_no_more(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    his, hers = opened(desk, "Víctor Ibarra"), opened(desk, "Rosa Ibarra")
    desk.write(matters.link, his, hers, "spouse")
    desk.write(notes.note, his, f"She has a matter of her own, {hers.lower()}.")
    assert [e.detail for e in desk.read(matters.timeline, his) if "linked" in e.what] == [f"spouse {hers}"]
    with pytest.raises(Refusal, match="linked already"):
        desk.write(matters.link, his, hers, "spouse", hide_from=(his,))
    desk.write(matters.link, his, hers, hide_from=(his,))
    story = json.dumps([(e.what, e.detail) for e in desk.read(matters.timeline, his)])
    assert hers not in story.upper()
    assert "linked" not in story
    assert hers not in json.dumps(desk.read(trail_export.export, his))
    assert {"matter.kept_from"} <= {e["action"] for e in desk.read(trail_export.export, hers)["entries"]}
    shown = desk.write(matters.link, his, hers, show_on=(his,))
    assert [link["matter"] for link in shown.links] == [hers]
    third = opened(desk, "Somebody Else")
    with pytest.raises(Refusal, match="neither"):
        desk.write(matters.link, his, hers, hide_from=(third,))
    with pytest.raises(Refusal, match="was not said"):
        desk.write(matters.link, his, third, hide_from=(his,))
    with pytest.raises(Refusal, match="was not said"):
        desk.write(matters.link, his, hers)


def test_a_paper_that_comes_in_names_no_matter_that_keeps_itself(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    his, hers = linked(desk, "Quispe", "IOE0912345679")
    desk.write(matters.party_add, hers, "beneficiary", "Rosa Ibarra-Cruz", a_number="A078451236")

    def said(receipt: str) -> bool:
        """Whether a notice of no known receipt number, with hers as its A-number, names her matter."""
        got = desk.write(papers.receive, notice(receipt))
        assert got.matter is None
        return any(hers in warning for warning in got.warnings)

    assert not said("IOE0999999991")
    desk.write(matters.link, his, hers, show_on=(his,))
    assert said("IOE0999999992")
    desk.write(matters.link, his, hers, hide_from=(his,))

    # The same bytes, received for her before, are his matter's own paper when he brings them too.
    paper = prepared("Marriage certificate", "Married in 2014.", "certificate.pdf")
    first = desk.write(papers.receive, paper, matter=hers)
    second = desk.write(papers.receive, paper, matter=his)
    assert (first.matter, second.matter, second.duplicate) == (hers, his, False)
    assert second.document != first.document
    assert desk.write(papers.receive, paper, matter=his).document == second.document


def test_notes_calls_and_papers_of_one_party_are_marked(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    both = opened(desk, "Víctor Ibarra", type="family_petition", form=("I-130",))
    desk.write(matters.party_add, both, "beneficiary", "Rosa Ibarra", language="es")
    assert (
        desk.write(notes.note, both, "She fears him.", confidential_to="rosa ibarra").confidential_to
        == "Rosa Ibarra"
    )
    desk.write(notes.call, both, "She called from work.", confidential_to="Rosa Ibarra")
    desk.write(notes.note, both, "Papers are in the blue folder.")
    with pytest.raises(NotFound):
        desk.write(notes.note, both, "No such person.", confidential_to="Nobody")
    marked = {n.body: n.confidential_to for n in desk.read(notes.listing, both)}
    assert marked == {
        "She fears him.": "Rosa Ibarra",
        "She called from work.": "Rosa Ibarra",
        "Papers are in the blue folder.": None,
    }
    assert "note, confidential to Rosa Ibarra" in {e.what for e in desk.read(matters.timeline, both)}

    paper = prepared("Police report", "As told by her.", "report.pdf")
    got = desk.write(papers.receive, paper, matter=both, confidential_to="Rosa Ibarra")
    assert desk.read(papers.show, got.ref).confidential_to == "Rosa Ibarra"
    with pytest.raises(NotAllowed, match="attorney or a manager"):
        desk.write(family.share, got.ref, "He asked for it.")
    with pytest.raises(NotAllowed, match="attorney or a manager"):
        desk.write(family.confide, got.ref, "Víctor Ibarra")
    assert firm.desk(ATTORNEY).write(family.share, got.ref, "She agreed.").confidential_to is None
    with pytest.raises(Refusal, match="nobody's alone"):
        firm.desk(ATTORNEY).write(family.share, got.ref, "Again.")
    assert desk.write(family.confide, got.ref, "Rosa Ibarra").confidential_to == "Rosa Ibarra"
    unplaced = desk.write(papers.receive, prepared("Paper", "Of nobody.", "paper.pdf"))
    with pytest.raises(Refusal, match="belongs to no matter"):
        desk.write(family.confide, unplaced.ref, "Rosa Ibarra")
    with pytest.raises(Refusal, match="belongs to a matter"):
        desk.write(papers.receive, prepared("Another", "Of nobody.", "b.pdf"), confidential_to="Rosa Ibarra")

    # A message about a paper that is hers goes to her, whoever the matter's messages go to.
    def about_it(turn: Turn) -> None:
        row = turn.matter(both)
        form = turn.uow.all("form.of_matter", matter_id=row.id)[0]
        about = About(event_id=0, subject="x", matter_id=row.id, matter_ref=row.ref, form_id=form.id)
        for document in (None, id_of(got.document)):
            about.document_id = document
            ref = compose.queue(turn, "status_update", "staff", about)
            assert ref is not None
            refs.append(ref)

    refs: list[str] = []
    desk.write(about_it)
    told = [desk.read(messages.show, ref) for ref in refs]
    assert [(m.to, m.language) for m in told] == [("Víctor Ibarra", "en"), ("Rosa Ibarra", "es")]


def test_parties_represented_together_consent_or_the_attorney_hears_of_it(firm: FirmFixture) -> None:
    desk = firm.desk(PARALEGAL)
    both = opened(desk, "Octavio Salcedo", type="family_petition")
    assert desk.read(matters.show, both).open_points == ()
    desk.write(matters.party_add, both, "beneficiary", "Inés Paredes")
    assert desk.read(matters.show, both).open_points == ()
    desk.write(matters.party_change, both, "Inés Paredes", represented=True)
    assert set(desk.read(matters.show, both).open_points) == {
        "joint representation: consent of Inés Paredes missing",
        "joint representation: consent of Octavio Salcedo missing",
    }
    signed = desk.write(
        papers.receive, prepared("Consent", "One lawyer for both.", "consent.pdf"), matter=both
    )
    terms = "One lawyer for both; nothing is kept from either."
    hers = desk.write(consents.add, both, "Inés Paredes", "joint representation", terms, document=signed.ref)
    assert (hers.kind, hers.document, hers.recorded_by) == ("joint_representation", signed.ref, PARALEGAL)
    his = desk.write(consents.add, both, "Octavio Salcedo", "joint_representation", terms)
    desk.write(consents.add, both, "Octavio Salcedo", "sharing", "His tax returns.")
    assert desk.read(matters.show, both).open_points == ()
    with pytest.raises(Refusal, match="no kind of consent"):
        desk.write(consents.add, both, "Inés Paredes", "friendship", terms)
    other = opened(desk, "Wanda Kowalczyk")
    with pytest.raises(Refusal, match="is no paper of"):
        desk.write(consents.add, other, "Wanda Kowalczyk", "conflict", terms, document=signed.ref)
    with pytest.raises(NotFound):
        desk.write(consents.withdraw, other, hers.ref, "Not of this matter.")

    gone = desk.write(consents.withdraw, both, hers.ref, "She wants a lawyer of her own.")
    assert gone.withdrawn_at is not None
    assert desk.read(matters.show, both).open_points == (
        "joint representation: Inés Paredes withdrew the consent",
    )
    (alarm,) = [t for t in firm.desk(ATTORNEY).read(tells.listing) if "withdrawn" in t.subject]
    assert alarm.subject == f"{both}: consent {hers.ref} was withdrawn; interests may part"
    assert "Inés" not in alarm.subject
    with pytest.raises(Refusal, match="withdrawn already"):
        desk.write(consents.withdraw, both, hers.ref, "Again.")
    assert {c.ref: c.withdrawn_at is None for c in desk.read(consents.listing, both)}[his.ref]

    def by_hand(turn: Turn, step: str) -> None:
        turn.uow.conn.exec_driver_sql(step)

    for step in (
        f"UPDATE consent SET withdrawn_us = NULL, version = 9 WHERE ref = '{hers.ref}'",
        f"UPDATE consent SET withdrawn_us = 1, terms = 'anything' WHERE ref = '{his.ref}'",
        f"DELETE FROM consent WHERE ref = '{hers.ref}'",
    ):
        with pytest.raises((Refusal, DBAPIError)):
            desk.write(by_hand, step)


def test_a_missing_consent_is_a_point_of_the_content_review(tmp_path: Path) -> None:
    story = sqlite_stage("drafting", tmp_path)
    desk = story.firm.desk(PARALEGAL)
    desk.write(matters.party_add, story.matter, "petitioner", "Paul Grant", represented=True)
    for item in desk.read(tasks.show, story.drafting).checklist:
        if item.state == "open" and item.required:
            paper = prepared("Paper", "Synthetic.", "p.pdf") if item.wants_file else None
            desk.write(tasks.tick, story.drafting, item.id, prepared=paper)
    sent = desk.write(drafts.submit, story.drafting, (letter(1),))
    points = {p.id: p.text for p in story.firm.desk(ATTORNEY).read(reviews.show, sent.review).points}
    assert "consent of Paul Grant missing" in points[consents.JOINT_POINT]
    story.firm.close()


def test_a_packet_with_another_partys_paper_goes_into_nobody_elses_copy_or_letter(tmp_path: Path) -> None:
    story = sqlite_stage("shipped", tmp_path)
    desk, attorney = story.firm.desk(PARALEGAL), story.firm.desk(ATTORNEY)
    desk.write(matters.party_add, story.matter, "petitioner", "Paul Grant")
    (exhibit, *_) = [
        line.document
        for line in attorney.read(reviews.show, story.reviews["signoff"]).documents
        if line.role == "exhibit"
    ]
    # Nobody's alone: Rosa's copy holds the packet, and the letter to her will name all that went out.
    copy, _ = desk.write(exporting.matter_file, story.matter, party="Ibarra, Rosa")
    assert copy.left_out == ()
    desk.write(family.confide, exhibit, "Paul Grant")
    named = desk.read(papers.show, exhibit).ref
    without, data = desk.write(exporting.matter_file, story.matter, party="Ibarra, Rosa")
    assert [said for said in without.left_out if "another party's own" in said]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    assert [name for name in names if named in name] == []
    assert without.papers < copy.papers
    theirs, _ = desk.write(exporting.matter_file, story.matter, party="Paul Grant")
    assert theirs.left_out == ()

    lines = attorney.read(reviews.show, story.reviews["signoff"]).documents
    desk.write(filings.deliver, story.packet)
    (told,) = [
        m for m in desk.read(messages.listing, matter=story.matter) if m.template == "rfe_response_delivered"
    ]
    for line in lines:
        if line.role in ("notice", "draft") or line.document == exhibit:
            assert (line.name in told.body) == (line.document != exhibit), line.name
    story.firm.close()

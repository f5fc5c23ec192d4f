"""A VAWA self-petition beside the older petition of the husband: nothing of hers shows on his side, on either store.

Every field of her matter holds a word of its own that stands nowhere else. Whatever the people of his matter can have
the desk say, write or pack is searched for each of them; on the shared store, with her matter walled, every row their
login can read as well.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from casedesk.cli import main
from casedesk.cli.encode import document
from casedesk.desk import (
    apply,
    compose,
    conflicts,
    consents,
    contact,
    deadlines,
    family,
    finding,
    matters,
    messages,
    notes,
    papers,
    queue,
    tells,
    walls,
)
from casedesk.desk.desk import Desk
from casedesk.desk.turn import Turn, opaque
from casedesk.models.tables import METADATA
from tests.support.firm import FirmFixture
from tests.support.rfe import notice, prepared

HER_PARALEGAL, HER_ATTORNEY = "mduarte", "jreyes"
HIS_PARALEGAL, HIS_ATTORNEY = "bcole", "aokafor"
A_NUMBER = "A078451236"
HER_RECEIPT = "EAC2190077001"
CERTIFICATE = ("Marriage certificate", "Married in Queens in 2014.")


@dataclass
class Story:
    """Both matters, and every word that is hers alone by what it is."""

    firm: FirmFixture
    his: str
    hers: str = ""
    canaries: dict[str, str] = field(default_factory=dict)
    before: Any = None

    def desk(self, who: str) -> Desk:
        return self.firm.desk(who)

    def found_in(self, data: bytes, *, but: str = "") -> list[str]:
        """What of hers is in there, in any case, as UTF-8 or as JSON spells it."""
        low = data.lower()
        return [what for what, word in self.canaries.items() if what != but and word.lower().encode() in low]


def message_about(desk: Desk, matter: str, form: str) -> str:
    """A message as the rules have it prepared, released."""

    def prepare(turn: Turn) -> str:
        row = turn.matter(matter)
        (found,) = [f for f in turn.uow.all("form.of_matter", matter_id=row.id) if f.form == form]
        about = apply.About(event_id=0, subject="x", matter_id=row.id, matter_ref=row.ref, form_id=found.id)
        ref = compose.queue(turn, "status_update", "staff", about)
        assert ref is not None
        return ref

    ref = desk.write(prepare)
    desk.write(messages.approve, ref)
    return ref


@pytest.fixture
def story(firm: FirmFixture) -> Story:
    """His petition of years ago with her as beneficiary, represented then; her own matter now."""
    cole, okafor = firm.desk(HIS_PARALEGAL), firm.desk(HIS_ATTORNEY)
    his = cole.write(
        matters.open_matter,
        "family_petition",
        "Víctor Ibarra",
        paralegal=HIS_PARALEGAL,
        secondary="mduarte",
        attorney=HIS_ATTORNEY,
        supervisor="lchen",
        form=("I-130",),
        receipt="EAC1990011111",
        phone="212 555 0101",
        email="home@mail.example",
        address="14 Elm Street, Queens, NY 11372",
    ).ref
    cole.write(
        matters.party_add,
        his,
        "beneficiary",
        "Rosa Ibarra",
        a_number=A_NUMBER,
        language="es",
        phone="212 555 0101",
        email="home@mail.example",
        address="14 Elm Street, Queens, NY 11372",
        represented=True,
    )
    cole.write(matters.party_add, his, "sponsor", "Paul Grant")
    cole.write(matters.form_add, his, "I-485", party="Rosa Ibarra", receipt_number="EAC1990022222")
    for party in ("Víctor Ibarra", "Rosa Ibarra"):
        cole.write(consents.add, his, party, "joint_representation", "One lawyer for both.")
    cole.write(notes.note, his, "Their interview is in spring.")
    okafor.write(notes.strategy, his, "Show the lease.")
    cole.write(notes.call, his, "He asked when.", callback=HIS_PARALEGAL)
    cole.write(deadlines.add, his, title="Interview papers", agency_due=date(2027, 4, 1))
    cole.write(papers.receive, prepared("Lease", "Synthetic lease.", "lease.pdf"), matter=his)
    story = Story(firm, his)
    story.before = _seen(story, HIS_PARALEGAL)
    _her_matter(story)
    return story


def _her_matter(story: Story) -> None:
    """Her self-petition: opened for the same client row that his petition knows, every field with a word of its own."""
    desk, attorney = story.desk(HER_PARALEGAL), story.desk(HER_ATTORNEY)

    def client(turn: Turn) -> str:
        rows = turn.uow.all("party.of_matter", matter_id=turn.matter(story.his).id)
        return opaque(next(r.client_id for r in rows if r.name == "Rosa Ibarra"))

    words = {
        "caption": "Canarycaption, R.",
        "language": "qaa-canarylg",
        "phone": "646 555 0177",
        "email": "canarymail@safe.example",
        "address": "77 Canaryhouse Way, Albany, NY 12207",
        "safe phone": "917 555 0188",
        "rule in words": "CANARYRULE",
        "witness": "Quillverne",
        "form": "I-360",
        "receipt": HER_RECEIPT,
        "status": "CANARYSTATUS",
        "date": "2031-03-17",
        "date's title": "CANARYDEADLINE",
        "note": "CANARYNOTE",
        "strategy": "CANARYSTRATEGY",
        "call": "CANARYCALL",
        "consent": "CANARYTERMS",
        "paper's name": "canarypaper",
        "paper's words": "CANARYBYTES",
        "certificate's name": "canarycertificate",
    }
    opened = desk.write(
        matters.open_matter,
        "other",
        desk.read(client),
        caption=words["caption"],
        language=words["language"],
        paralegal=HER_PARALEGAL,
        secondary="tfinn",
        attorney=HER_ATTORNEY,
        supervisor="lchen",
        form=("I-360",),
        receipt=HER_RECEIPT,
        a_number=A_NUMBER,
        phone=words["phone"],
        email=words["email"],
        address=words["address"],
    )
    hers = story.hers = opened.ref
    desk.write(matters.link, story.his, hers, "spouse", hide_from=(story.his,))
    desk.write(contact.add, hers, "use", "mail", words["address"], party="Rosa Ibarra")
    desk.write(contact.add, hers, "use", "phone", words["safe phone"])
    desk.write(contact.add, hers, "never", "email")
    desk.write(matters.contact_rule, hers, words["rule in words"])
    witness = desk.write(matters.party_add, hers, "sponsor", words["witness"], represented=True)
    # He stands in both: the check that finds him in his matter was asked for hers.
    desk.write(matters.party_add, hers, "sponsor", "Paul Grant")
    checks = desk.read(conflicts.listing, matter=hers, state="all")
    assert any(hit.matter == story.his for found in checks for hit in found.hits)
    desk.write(matters.form_status, hers, "I-360", words["status"])
    desk.write(notes.note, hers, words["note"])
    attorney.write(notes.strategy, hers, words["strategy"])
    call = desk.write(notes.call, hers, words["call"], callback=HER_PARALEGAL)
    due = desk.write(deadlines.add, hers, title=words["date's title"], agency_due=date(2031, 3, 17))
    consent = desk.write(consents.add, hers, "Rosa Ibarra", "sharing", words["consent"])
    paper = prepared("Declaration", words["paper's words"], words["paper's name"] + ".pdf")
    first = desk.write(papers.receive, paper, matter=hers)
    certificate = prepared(*CERTIFICATE, words["certificate's name"] + ".pdf")
    second = desk.write(papers.receive, certificate, matter=hers)
    letter = message_about(desk, hers, "I-360")
    assert desk.read(messages.show, letter).address == words["address"]
    story.canaries = words | {
        "number": hers,
        "id": opened.id,
        "party": opened.parties[0].id,
        "witness's id": witness.id,
        "call's task": call.task or "",
        "date's ref": due.ref,
        "consent's ref": consent.ref,
        "paper": first.ref,
        "paper's id": first.document,
        "paper's hash": first.sha256,
        "certificate": second.ref,
        "certificate's id": second.document,
        "letter": letter,
        **{f"conflict check {n}": found.ref for n, found in enumerate(checks)},
        **{f"conflict check {n}'s id": found.id for n, found in enumerate(checks)},
    }
    assert all(story.canaries.values())


def _seen(story: Story, who: str) -> Any:
    """What the numbers above somebody's queue say, but for what they were told."""
    counts = json.loads(document(story.desk(who).read(queue.counts)))
    return {name: number for name, number in counts.items() if name != "unread"}


# -- his side -----------------------------------------------------------------------------------------------------

Says = Callable[..., bytes]


@pytest.fixture
def says(
    story: Story, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Says:
    """`says("bcole", "matter", "show", ref)`: all that one command line prints, on both streams."""
    if story.firm.shared:
        passwords = tmp_path / "pgpass"
        passwords.touch(mode=0o600)
        passwords.write_text("".join(f"*:*:*:{who}:{word}\n" for who, word in story.firm.passwords.items()))
        monkeypatch.setenv("PGPASSFILE", str(passwords))

    def go(who: str, *words: object) -> bytes:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsysbinary.readouterr()
        main(["--store", story.firm.store, "--as", who, *map(str, words)], clock=story.firm.clock)
        printed = capsysbinary.readouterr()
        return printed.out + printed.err

    return go


def bare(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, what they pack, and the words of pages."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield "\n".join(archive.namelist()).encode()
            for name in archive.namelist():
                yield from bare(archive.read(name))
    elif data.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(data))
        yield "\n".join(page.extract_text() for page in reader.pages).encode()
        yield str(reader.metadata).encode()


def his_commands(story: Story, letter: str) -> list[tuple[object, ...]]:
    """What can be asked of his matter, and of hers by whoever is in his."""
    his = story.his
    parties = ("Víctor Ibarra", "Rosa Ibarra")
    return [
        *((*words, "--json") for words in (("matter", "show", his), ("matter", "notes", his))),
        ("matter", "show", his),
        *(("matter", noun, his) for noun in ("timeline", "notes")),
        ("matter", "form", "list", his),
        ("matter", "contact", "list", his, "--ended"),
        ("matter", "consent", "list", his),
        *(
            (noun, "list", "--matter", his, "--json")
            for noun in ("document", "message", "deadline", "audit", "export")
        ),
        ("audit", "export", his),
        ("message", "show", letter),
        ("message", "copy", letter),
        ("message", "letter", letter, "--out", "letter.pdf"),
        ("message", "label", letter),
        *(("matter", "label", his, "--party", party) for party in parties),
        *(("find", word, "--beside", his) for word in ("ibarra", A_NUMBER, "7001", "rosa", "canary")),
        ("call", his, "Called him.", "--out"),
        # Behind a wall her number is unknown to him, and he may write it down like any other.
        *(() if story.firm.shared else (("matter", "form", "add", his, "I-360", "--receipt", HER_RECEIPT),)),
        ("matter", "export", his, "--out", "file.zip", "--json"),
        *(("matter", "export", his, "--out", f"{n}.zip", "--for", party) for n, party in enumerate(parties)),
        ("matter", "show", his, "--json"),
        ("matter", "timeline", his),
    ]


def test_nothing_of_hers_shows_on_his_side(
    story: Story, says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "his"
    folder.mkdir()
    monkeypatch.chdir(folder)
    cole = story.desk(HIS_PARALEGAL)
    letter = message_about(cole, story.his, "I-130")
    cole.write(messages.way, letter, "mail")
    _the_traps(story)
    if story.firm.shared:
        _wall(story)

    said = {words: says(HIS_PARALEGAL, *words) for words in his_commands(story, letter)}
    for words, printed in said.items():
        # A word that was typed in is repeated where nothing was found.
        typed = " ".join(map(str, words))
        assert [w for w in story.found_in(printed) if story.canaries[w] not in typed] == [], words
    assert b"There is no" not in said["matter", "show", story.his]
    written = sorted(folder.iterdir())
    assert {path.name for path in written} == {"letter.pdf", "file.zip", "0.zip", "1.zip"}
    for path in written:
        for part in bare(path.read_bytes()):
            assert story.found_in(part) == [], path.name
    assert b"14 Elm Street" in b"".join(bare((folder / "letter.pdf").read_bytes()))
    _invitations(story)
    _inside(story)
    if story.firm.shared:
        _shut_out(story, says)


def _the_traps(story: Story) -> None:
    """A paper with her A-number, and one that was received for her before, name nothing of hers on his side."""
    cole = story.desk(HIS_PARALEGAL)
    got = cole.write(papers.receive, notice("IOE0999999993"))
    assert got.matter is None
    assert story.found_in(document(got).encode()) == []
    again = cole.write(papers.receive, prepared(*CERTIFICATE, "certificate.pdf"), matter=story.his)
    # The bytes are the same; that they were hers first is nobody's to learn.
    assert (again.matter, again.duplicate) == (story.his, False)
    assert story.found_in(document(again).encode()) == []


def _invitations(story: Story) -> None:
    """Whatever goes out of his matter, by any way, goes where his matter says, her part in it included."""

    def everywhere(turn: Turn) -> list[contact.Reach]:
        row = turn.matter(story.his)
        parties = [p.id for p in turn.uow.all("party.of_matter", matter_id=row.id)]
        return [
            contact.reach(turn, row.id, party, way)
            for party in (None, *parties)
            for way in (None, *contact.CHANNELS)
        ]

    for who in (HIS_PARALEGAL, HIS_ATTORNEY, HER_PARALEGAL):
        found = story.desk(who).read(everywhere)
        assert story.found_in(document(found).encode()) == []
        assert {one.address for one in found} <= {
            "",
            "home@mail.example",
            "212 555 0101",
            "14 Elm Street, Queens, NY 11372",
        }


def _inside(story: Story) -> None:
    """Whoever may see both finds both, and hers says that there is his."""
    desk = story.desk(HER_PARALEGAL)
    for asked in ("ibarra", A_NUMBER, "rosa ibarra"):
        assert {hit.ref for hit in desk.read(finding.find, asked)} >= {story.his, story.hers}
    assert {hit.ref for hit in desk.read(family.find_beside, "ibarra", story.his)} == {story.his}
    assert [link["matter"] for link in desk.read(matters.show, story.hers).links] == [story.his]
    assert desk.read(matters.show, story.his).links == ()
    # The row both matters share knows nothing of where she is now.
    found = desk.read(lambda turn: turn.uow.one("client.find", ref="", id=_client(turn, story.hers)))
    assert found is not None
    assert (found.phone, found.email, found.address) == ("", "", "")


def _client(turn: Any, matter: str) -> int:
    return int(turn.matter(matter).client_id)


# -- the shared store: her matter walled, the paralegal of his shut out ----------------------------------------------


def _wall(story: Story) -> None:
    story.desk(HER_ATTORNEY).write(
        walls.raise_wall,
        story.hers,
        "The husband is a client of the firm.",
        inside=(HER_PARALEGAL, HER_ATTORNEY, "tfinn", "lchen"),
    )
    # Who is represented there later is known there alone as well.
    story.desk(HER_PARALEGAL).write(
        matters.party_add, story.hers, "derivative", f"Ana {story.canaries['witness']}", represented=True
    )


def _shut_out(story: Story, says: Says) -> None:
    """Search, lists, counts, what he was told, and every row his login reads."""
    cole = story.desk(HIS_PARALEGAL)
    assert {hit.ref for hit in cole.read(finding.find, "ibarra")} == {story.his}
    for what, word in story.canaries.items():
        hits = cole.read(finding.find, word)
        assert {hit.ref for hit in hits} <= {story.his}, what
    # The paper of no known matter is everybody's task; hers is in no number.
    assert _seen(story, HIS_PARALEGAL) == story.before | {"team": story.before["team"] + 1}
    for words in (
        ("matter", "list", "--status", "all"),
        ("task", "list", "--all"),
        ("document", "list"),
        ("message", "list"),
        ("deadline", "list"),
        ("review", "list"),
        ("filing", "list"),
        ("signature", "list"),
        ("export", "list"),
        ("conflict", "list"),
        ("matter", "show", story.hers),
        ("matter", "export", story.hers, "--out", "hers.zip"),
        ("matter", "label", story.hers),
        ("audit", "list", "--matter", story.hers),
        ("audit", "export", story.hers),
    ):
        printed = says(HIS_PARALEGAL, *words, "--json")
        typed = "number" if story.hers in words else ""
        assert story.found_in(printed, but=typed) == [], words
    # He was told that he is screened, by the matter's number and nothing else.
    told = document(cole.read(tells.listing)).encode()
    assert story.found_in(told, but="number") == []
    every_row = cole.read(_every_row)
    # The playbooks on record are the product's own words, all of them from the first: they do not say which are used.
    assert cole.read(_playbooks_on_record) == cole.read(_playbooks_that_ship)
    del every_row["playbook_version"]
    for table, rows in every_row.items():
        but = "number" if table in ("outbox",) else ""
        assert story.found_in(rows.encode(), but=but) == [], table


def _playbooks_on_record(turn: Turn) -> set[tuple[str, int, str]]:
    rows = turn.uow.conn.exec_driver_sql(
        "SELECT playbook, version, body, installed_us FROM playbook_version"
    ).all()
    assert len({installed_us for *_, installed_us in rows}) == 1
    return {(playbook, version, body) for playbook, version, body, _ in rows}


def _playbooks_that_ship(turn: Turn) -> set[tuple[str, int, str]]:
    books = turn.house.library.playbooks.all
    return {(book.id, book.version, turn.house.playbook_text(book.id)[0]) for book in books}


def _every_row(turn: Turn) -> dict[str, str]:
    """All that a login reads, table by table, ids as the desk shows them among it."""
    found: dict[str, str] = {}
    for table in METADATA.tables:
        columns = turn.uow.conn.exec_driver_sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %(t)s AND"
            " has_column_privilege(session_user, %(t)s, column_name, 'SELECT')",
            {"t": table},
        ).scalars()
        names = ", ".join(f'"{name}"' for name in columns)
        if names:
            rows = turn.uow.conn.exec_driver_sql(f'SELECT {names} FROM "{table}"').all()
            found[table] = "\n".join(" ".join(_spelled(value) for value in row) for row in rows)
    return found


def _spelled(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(bytes(value)).hexdigest() + bytes(value).decode("latin-1")
    if isinstance(value, int) and value > 1 << 32:
        return f"{value} {opaque(value)}" if value < 1 << 63 else str(value)
    return str(value)

"""A list of clients comes in: every bad cell named, nothing guessed, nothing twice, all of it taken back."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from casedesk.desk import deadlines, forms, importing, matters, notes, queue, trail
from casedesk.desk.desk import Desk
from casedesk.desk.importing import Imported
from casedesk.desk.importing_plan import Row
from casedesk.documents.limits import SHEET_UNPACKED_BYTES
from casedesk.documents.spreadsheet import read_spreadsheet
from casedesk.refusal import NotAllowed, NotFound, Refusal, WrongUsage
from tests.support.firm import FirmFixture
from tests.support.lasting import lasting_firm
from tests.support.sheets import messy, workbook


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmFixture]:
    yield from lasting_firm(request, tmp_path_factory.mktemp("firm"))


def csv(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def laughing() -> bytes:
    """A good file whose sheet declares entities that would grow without end."""
    with zipfile.ZipFile(io.BytesIO(workbook({"A": [("client", "type"), ("Ha Ha", "asylum")]}))) as good:
        members = {name: good.read(name) for name in good.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    members[sheet] = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode() + members[sheet]
    return zipped(members)


def brought(desk: Desk, data: bytes, name: str = "clients.xlsx", **said: object) -> Imported:
    book = read_spreadsheet(data, name)
    return importing.bring_in(desk, desk.read(importing.planned, book, **said))  # type: ignore[arg-type]


def batch_named(said: Imported) -> str:
    assert said.batch is not None
    return said.batch


def refs(said: Imported) -> list[str]:
    return [row.matter or "" for row in said.rows if row.state == "new"]


def everything(desk: Desk) -> set[str]:
    return {view.ref for view in desk.read(matters.listing, limit=1000, status="all")}


def test_a_messy_spreadsheet_every_bad_cell_named_nothing_twice_and_taken_back(firm: FirmFixture) -> None:
    desk, data = firm.desk(), messy()
    before = everything(desk)

    book = read_spreadsheet(data, "clients.xlsx")
    dry = importing.report(plan := desk.read(importing.planned, book), desk.read(importing.look, plan), None)
    assert everything(desk) == before, "a dry run writes nothing"

    done = brought(desk, data)
    assert [(row.sheet, row.row, row.state) for row in done.rows] == [
        (row.sheet, row.row, row.state) for row in dry.rows
    ]
    assert (done.count("new"), done.count("there"), done.count("held")) == (10, 0, 4)
    assert everything(desk) - before == set(refs(done))
    assert [sheet.name for sheet in done.sheets if sheet.left_out] == ["To do"]

    named = {(p.sheet, p.row, p.column): (p.holds, p.held) for p in done.problems}
    assert named == {
        ("Clients 2026", 6, "G"): ("5/6/79", False),
        ("Clients 2026", 7, "H"): ("TBD", False),
        ("Clients 2026", 8, "E"): ("pending", False),
        ("Clients 2026", 8, "H"): ("=H4+30", False),
        ("Clients 2026", 8, "J"): ("nobody", False),
        ("Clients 2026", 9, "E"): ("IOE0912345681\nIOE0912345682", False),
        ("Clients 2026", 9, "F"): ("Klingon!", False),
        ("Clients 2026", 12, "A"): ("=1+1", True),
        ("Clients 2026", 13, "B"): ("12", True),
        ("Corte", 2, "E"): ("02/10/2027", False),
        ("Corte", 4, "E"): ("04/05/27", False),
    }
    assert all(p.why for p in done.problems)
    assert all(p.next for p in done.problems)

    rosa, wang, nguyen = (desk.read(matters.show, ref) for ref in refs(done)[:3])
    assert (rosa.client, rosa.a_number, rosa.language) == ("Rosa Ibáñez Ñandú", "A078451236", "es")
    assert [(f.form, f.receipt_number) for f in rosa.forms] == [
        ("I-130", "IOE0912345678"),
        ("I-485", "IOE0912345679"),
    ]
    assert (wang.client, wang.a_number) == ("王 秀英", "A078451237")
    assert wang.owners["primary_paralegal"] == "mduarte"
    for view in (rosa, wang, nguyen):
        (due,) = view.deadlines
        assert (str(due.agency_due), due.title, due.state) == ("2026-11-30", "RFE due", "provisional")
        assert "imported, unconfirmed: clients.xlsx, Clients 2026" in due.sentence

    again = brought(desk, data)
    assert (again.count("new"), again.count("there"), again.batch) == (0, 10, done.batch)
    assert everything(desk) - before == set(refs(done))

    (mine,) = (desk.write(matters.open_matter, "asylum", "Opened By Hand").ref,)
    gone = importing.undo(desk, str(done.batch))
    assert set(gone.withdrawn) == set(refs(done))
    assert not gone.kept
    still = {view.ref for view in desk.read(matters.listing, limit=1000)}
    assert still - before == {mine}, "exactly these are gone, and no other"
    assert all(due.state == "superseded" for due in desk.read(matters.show, rosa.ref).deadlines)
    acts = [entry.action for entry in desk.read(trail.listing, matter=rosa.ref, limit=100)]
    assert {"matter.imported", "deadline.dropped", "matter.closed"} <= set(acts), (
        "both acts stay on the trail"
    )
    assert importing.undo(desk, str(done.batch)).withdrawn == gone.withdrawn, "a second time changes nothing"

    anew = brought(desk, data)
    assert anew.count("new") == 10
    assert anew.batch != done.batch
    importing.undo(desk, str(anew.batch))


def test_stopped_in_the_middle_the_next_run_finishes_and_nothing_is_twice(firm: FirmFixture) -> None:
    desk = firm.desk()
    data = csv("client,type", *(f"Half {word},asylum" for word in ("Ada", "Bea", "Cleo", "Dot", "Eve")))
    plan = desk.read(importing.planned, read_spreadsheet(data, "half.csv"))
    before = everything(desk)

    def three(rows: Sequence[Row]) -> Iterator[Row]:
        yield from rows[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.bring_in(desk, plan, three)
    assert len(everything(desk) - before) == 3
    done = importing.bring_in(desk, plan)
    assert [row.state for row in done.rows] == ["there"] * 3 + ["new"] * 2
    assert len(importing.undo(desk, str(done.batch)).withdrawn) == 5, "one import, however often it was run"


def test_two_who_bring_in_the_same_list_at_once_bring_it_in_once(firm: FirmFixture) -> None:
    data = csv("client,type", *(f"Both {n},asylum" for n in range(6)))
    before = everything(firm.desk())
    desks = [firm.desk("mduarte"), firm.desk("bcole")]
    wrong: list[BaseException] = []

    def run(desk: Desk) -> None:
        try:
            brought(desk, data, "both.csv")
        except BaseException as error:
            wrong.append(error)

    both = [threading.Thread(target=run, args=(desk,)) for desk in desks]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert not wrong
    assert len(everything(firm.desk()) - before) == 6


def test_a_mended_row_is_the_same_row_and_one_opened_by_hand_is_found(firm: FirmFixture) -> None:
    desk = firm.desk()
    head = "client,a number,type,phone"
    first = brought(desk, csv(head, "Mended Row,A088000001,asylum,"), "one.csv")
    second = brought(desk, csv(head, "Mended Row,A088-000-001,Asylum,212 555 0110"), "two.csv")
    assert [(row.state, row.matter) for row in second.rows] == [("there", refs(first)[0])]
    by_hand = desk.write(matters.open_matter, "asylum", "By Hand", a_number="A088000002").ref
    third = brought(desk, csv(head, "B. Hand,A088000002,asylum,"), "three.csv")
    assert [(row.state, row.matter) for row in third.rows] == [("there", by_hand)]


def test_who_worked_on_a_matter_since_keeps_it(firm: FirmFixture) -> None:
    desk = firm.desk()
    done = brought(desk, csv("client,type", "Worked On,asylum", "Left Alone,asylum"), "work.csv")
    worked, alone = refs(done)
    desk.write(notes.note, worked, "Called; she will come on Friday.")
    gone = importing.undo(desk, str(done.batch))
    assert gone.withdrawn == (alone,)
    assert list(gone.kept) == [worked]
    assert "mduarte" in gone.kept[worked]
    assert desk.read(matters.show, worked).status == "open"


def test_work_that_the_import_itself_asked_for_goes_with_it(firm: FirmFixture) -> None:
    desk = firm.desk()
    desk.write(matters.open_matter, "asylum", "Zoraida Quispe Mamani", a_number="A088000077")
    done = brought(desk, csv("client,a number,type", "Zoraida Quispe Mamani,A088000077,u visa"), "like.csv")
    (ref,) = refs(done)

    def asked() -> list[str]:
        return [task.ref for task in desk.read(queue.queue, scope="all", limit=200) if task.matter == ref]

    assert asked(), "somebody is asked whether it is a conflict"
    assert importing.undo(desk, str(done.batch)).withdrawn == (ref,)
    assert not asked()
    said = {entry.action: entry.payload for entry in desk.read(trail.listing, matter=ref, limit=100)}
    assert batch_named(done) in str(said["task.cancelled"]["reason"])
    assert said["matter.closed"]["how"] == "imported_in_error"


def test_an_import_is_undone_by_whoever_made_it_or_by_a_manager(firm: FirmFixture) -> None:
    done = brought(firm.desk(), csv("client,type", "Somebody Else,asylum"), "whose.csv")
    with pytest.raises(NotAllowed):
        importing.undo(firm.desk("bcole"), str(done.batch))
    with pytest.raises(NotFound):
        importing.undo(firm.desk(), "IM-NONE00")
    assert importing.undo(firm.desk("inovak"), str(done.batch)).withdrawn == tuple(refs(done))


def test_a_receipt_number_that_stands_elsewhere_holds_its_row_and_no_other(firm: FirmFixture) -> None:
    desk = firm.desk()
    desk.write(matters.open_matter, "asylum", "Has It", form=("I-589",), receipt="IOE0999000001")
    said = brought(
        desk,
        csv(
            "client,type,form,receipt",
            "Wants It,asylum,I-589,IOE0999000001",
            "Has Another,asylum,I-589,IOE0999000002",
        ),
        "taken.csv",
    )
    assert [row.state for row in said.rows] == ["held", "new"]
    assert "IOE0999000001 stands on a form" in said.rows[0].said


def test_columns_are_said_by_hand_and_days_may_be_settled(firm: FirmFixture) -> None:
    desk = firm.desk()
    data = csv("Who;Alien;Kind;Next;Born", "Col Umn;88000010;;04/05/27;05/06/80")
    said = brought(
        desk,
        data,
        "columns.csv",
        columns=("Who=client", "B=a_number", "Kind=type", "Next=due", "Born=skip"),
        dates="mdy",
        type="asylum",
    )
    (row,) = said.rows
    view = desk.read(matters.show, str(row.matter))
    assert (view.client, view.a_number, view.type) == ("Col Umn", "A088000010", "asylum")
    assert [str(due.agency_due) for due in view.deadlines] == ["2027-04-05"]
    assert any("as said for rows without one" in note for note in row.notes)
    with pytest.raises(Refusal) as none:
        brought(desk, data, "columns.csv")
    assert none.value.code == "no_names"
    with pytest.raises(WrongUsage) as near:
        brought(desk, data, "columns.csv", columns=("Who=cliant",))
    assert "client" in near.value.next
    with pytest.raises(Refusal) as absent:
        brought(desk, data, "columns.csv", columns=("Who=client", "Whom=phone"))
    assert absent.value.code == "no_column"
    assert "Alien" in absent.value.next


def test_what_belongs_to_one_form_goes_to_it_or_is_named(firm: FirmFixture) -> None:
    desk = firm.desk()
    said = brought(
        desk,
        workbook(
            {
                "A": [
                    ("Client", "Type", "Form", "Priority Date", "Expiration Date", "Due"),
                    ("One Form", "family petition", "I-130", "07/01/98", "2031-01-02", "2026-01-05"),
                    ("No Form", "asylum", None, "1998-07-01", None, None),
                ]
            }
        ),
    )
    (form,) = desk.read(forms.form_list, refs(said)[0])
    assert (str(form.priority_date), str(form.expires)) == (
        "1998-07-01",
        "2031-01-02",
    ) or form.priority_date is None
    assert {(p.row, p.column) for p in said.problems} == {(2, "D"), (2, "F"), (3, "D")}
    assert not desk.read(deadlines.listing, matter=refs(said)[0]), "a day that is over is no date to keep"


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for name, data, code in (
        ("absent.xlsx", None, "no_file"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_format"),
        ("torn.xlsx", b"PK\x03\x04torn", "damaged"),
        ("picture.csv", b"\x89PNG\0\0", "not_a_spreadsheet"),
        ("long.csv", b"client\n" + b"x\n" * 20_001, "too_many_rows"),
        ("wide.csv", b"," * 300 + b"x", "too_many_columns"),
        ("bomb.xlsx", zipped({"xl/worksheets/sheet1.xml": b"\0" * (SHEET_UNPACKED_BYTES + 1)}), "bomb"),
        ("laughs.xlsx", laughing(), "damaged"),
    ):
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(Refusal) as refused:
            importing.read(tmp_path / name)
        assert refused.value.code == code, name
        assert name in refused.value.message
        assert refused.value.next


def test_one_a_number_under_two_names_waits_for_somebody_who_knows(firm: FirmFixture) -> None:
    """Another matter of the same person comes in; another name under that number does not."""
    rows = [
        ("client", "type", "a_number"),
        ("Peña, José", "asylum", "A078451236"),
        ("peña, josé", "naturalization", "78451236"),
        ("Wei, Wang", "asylum", "A078-451-236"),
    ]
    book = read_spreadsheet(workbook({"A": rows}), "clients.xlsx")
    plan = firm.desk().read(importing.planned, book)
    assert [bool(row.held) for row in plan.rows] == [False, False, True]
    assert plan.rows[2].held.startswith("A078451236 is Peña, José's in A, row 2;")

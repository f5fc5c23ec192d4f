"""`matter import` and `task list --where` as a person types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Office
from tests.support.sheets import messy


def test_a_messy_list_by_hand(local_office: Office, tmp_path: Path) -> None:
    sheet = tmp_path / "clients.xlsx"
    sheet.write_bytes(messy())
    dry = local_office.says("mduarte", "matter", "import", sheet, "--dry-run")
    assert dry.status == 1, "a row that waits is something found"
    assert "Receipt #s   receipt" in dry.out
    assert "... and 4 rows more." in dry.out, "the first ten rows are shown as they will be"
    assert "Clients 2026, row 7, column H (RFE due): 'TBD' is no day." in dry.out
    assert "Nothing was written." in dry.out
    assert local_office.does("mduarte", "matter", "list") == []
    done = local_office.says("mduarte", "matter", "import", sheet)
    assert "10 came in, 0 there already, 4 held back; 11 cells named." in done.out
    batch = done.out.split("--undo ")[1].strip()
    gone = local_office.says("mduarte", "matter", "import", "--undo", batch)
    assert f"{batch} is undone: 10 matters are closed as imported in error." in gone.out
    assert local_office.does("mduarte", "matter", "list") == []
    refused = local_office.tries("mduarte", "matter", "import")
    assert (refused.status, refused.code) == (2, "usage")


def test_tasks_are_asked_for_in_words(local_office: Office) -> None:
    local_office.does(
        *(
            "mduarte",
            "matter",
            "open",
            "--type",
            "asylum",
            "--client",
            "John Smith",
            "--paralegal",
            "mduarte",
        ),
        *("--attorney", "lchen", "--playbook"),
    )
    found = local_office.does("mduarte", "task", "list", "--where", 'type:asylum "smith"')
    assert found
    assert local_office.does("mduarte", "task", "list", "--where", 'type:h1b "smith"') == []
    refused = local_office.tries("mduarte", "task", "list", "--where", "ownr:@me")
    assert (refused.status, refused.code) == (2, "bad_query")
    assert "Did you mean owner?" in refused.json["error"]["next"]
    owner = found[0]["owner"]
    whose = {
        who: local_office.does(who, "task", "list", "--where", "smith", "--mine") for who in (owner, "inovak")
    }
    assert [task["ref"] for task in whose[owner]] == [task["ref"] for task in found if task["owner"] == owner]
    assert whose["inovak"] == []
    both = local_office.tries("mduarte", "task", "list", "--where", "smith", "--mine", "--team")
    assert (both.status, both.code) == (2, "usage")


def test_the_matters_are_listed_by_their_next_step(local_office: Office) -> None:
    """The twin of the desk's list: the same question, asked of what comes next; and those where nothing does."""
    opens = ("matter", "open", "--paralegal", "mduarte", "--attorney", "lchen")
    first = local_office.does("mduarte", *opens, "--type", "asylum", "--client", "John Smith", "--playbook")
    second = local_office.does("mduarte", *opens, "--type", "h1b", "--client", "Acme Corp.", "--playbook")
    idle = local_office.does("mduarte", *opens, "--type", "other", "--client", "Quiet, Quentin")
    every = local_office.does("mduarte", "matter", "next")
    assert {line["ref"] for line in every} == {first["ref"], second["ref"]}
    assert [line["step"]["due"] for line in every] == sorted(line["step"]["due"] for line in every)
    assert all(line["step"]["matter"] == line["ref"] for line in every)
    (smith,) = local_office.does("mduarte", "matter", "next", "--where", "type:asylum smith")
    assert (smith["ref"], smith["caption"], smith["priority"]) == (first["ref"], "John Smith", "standard")
    (rest,) = local_office.does("mduarte", "matter", "next", "--after", every[0]["ref"])
    assert rest == every[1]
    (quiet,) = local_office.does("mduarte", "matter", "next", "--idle")
    assert (quiet["ref"], quiet["step"], quiet["next_date"]) == (idle["ref"], None, None)
    assert local_office.does("inovak", "matter", "next", "--mine") == []
    both = local_office.tries("mduarte", "matter", "next", "--mine", "--idle")
    assert (both.status, both.code) == (2, "usage")

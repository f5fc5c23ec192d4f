"""What clients are asked for, on the command line: the keys that stay, and what people read."""

from __future__ import annotations

from tests.cli.conftest import Office

REQUEST = "id ref matter task to channel language state asked ask_again round items messages"
ITEM = "id text words state document reason"


def test_asked_listed_and_closed(office: Office) -> None:
    matter = office.does(
        *(
            "mduarte",
            "matter",
            "open",
            "--type",
            "other",
            "--client",
            "Ada Okonjo",
            "--phone",
            "212-555-0144",
        ),
        *("--attorney", "aokafor", "--paralegal", "mduarte"),
    )["ref"]
    ask = ("request", "send", matter, "--paper", "Birth certificate", "--question", "Since when in New York?")
    sent = office.does("mduarte", *ask, "--say", "asked-1=Acta de nacimiento", "--again", "2026-11-26")
    assert set(REQUEST.split()) <= set(sent)
    assert [set(item) for item in sent["items"]] == [set(ITEM.split())] * 2
    # The day after Thanksgiving is the first on which the office works.
    assert (sent["state"], sent["asked"], sent["ask_again"]) == ("awaiting_approval", None, "2026-11-27")
    ref = sent["ref"]
    assert [row["ref"] for row in office.does("mduarte", "request", "list")] == [ref]
    assert office.does("mduarte", "request", "list", "--state", "open")[0]["messages"] == [
        {"ref": ref, "state": "awaiting_approval"}
    ]
    assert office.tries("mduarte", "request", "list", "--state", "asked").code == "unknown"
    office.does("aokafor", "message", "approve", ref)
    office.does("mduarte", "message", "sent", ref, "--via", "letter")
    table = office.says("mduarte", "request", "list").out
    assert "asked-1, asked-2" in table
    assert "Mon 2026-11-09" in table
    shown = office.says("mduarte", "request", "show", sent["task"]).out
    assert shown.startswith(
        f"{ref} to Ada Okonjo about {matter}, for {sent['task']}: open, asked Mon 2026-11-09"
    )
    assert "Acta de nacimiento  (open)" in shown
    assert office.tries("mduarte", "request", "close", ref).status == 2
    one = office.does("mduarte", "request", "close", f"{ref}/asked-2", "--reason", "She told us on the phone")
    assert one["items"][1]["state"] == "dropped"
    office.does("mduarte", "task", "tick", sent["task"], "asked-1")
    assert office.does("mduarte", "request", "show", ref)["state"] == "answered"
    assert office.says("mduarte", "request", "list").out == "Nobody is asked for anything here.\n"
    assert office.tries("mduarte", "request", "close", ref, "--reason", "x").code == "request_closed"


def test_words_for_an_item_and_the_firms_days(local_office: Office) -> None:
    ran = local_office.says("mduarte", "request", "send", "T-000000", "--say", "birth")
    assert ran.status == 2
    assert "is not like birth='Acta de nacimiento'" in ran.err
    assert local_office.does("mduarte", "config", "ask-again")["ask_again_days"] == 14
    assert local_office.tries("mduarte", "config", "ask-again", "7").code == "not_allowed"
    assert (
        local_office.says("inovak", "config", "ask-again", "7").out
        == "Clients are asked again after 7 days.\n"
    )


def test_milestones(office: Office) -> None:
    matter = office.does(
        *("mduarte", "matter", "open", "--type", "h1b", "--client", "Acme Corp.", "--paralegal", "mduarte"),
        *("--attorney", "aokafor"),
    )["ref"]
    rows = office.does("mduarte", "matter", "milestone", matter)
    assert [row["milestone"] for row in rows][:2] == ["retained", "lca_certified"]
    keys = {"id", "matter", "milestone", "title", "on", "note", "set_by", "set_at", "message"}
    assert set(rows[0]) == keys
    view = office.does(
        "mduarte", "matter", "milestone", matter, "lca-certified", "--on", "2026-11-05", "--note", "I-203"
    )
    assert (view["on"], view["note"], view["set_by"]) == ("2026-11-05", "I-203", "mduarte")
    assert view["message"].startswith("MS-")
    said = office.says("mduarte", "matter", "milestone", matter, "retained", "--no-message").out
    assert said == f"Retained on Mon 2026-11-09, {matter}.\n"
    table = office.says("mduarte", "matter", "milestone", matter).out
    assert "Thu 2026-11-05" in table
    assert "ahead" in table
    assert office.tries("mduarte", "matter", "milestone", matter, "--note", "x").code == "which_milestone"

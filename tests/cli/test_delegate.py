"""Delegation, training, licences and rights on the command line, from instructions to the check."""

from __future__ import annotations

from tests.cli.conftest import Office


def test_work_is_handed_on_under_supervision(office: Office) -> None:
    matter = office.does(
        *("mduarte", "matter", "open", "--type", "other", "--client", "Ada Okonjo"),
        *("--attorney", "aokafor", "--paralegal", "mduarte"),
    )["ref"]
    called = office.does("tfinn", "call", matter, "Call her back.", "--callback", "bcole")
    task = called["task"]
    give = (
        "delegate",
        "give",
        task,
        "--to",
        "mduarte",
        "--under",
        "aokafor",
        "--instructions",
        "Facts only.",
    )
    refused = office.tries("aokafor", *give)
    assert (refused.status, refused.code) == (1, "training_missing")
    assert "training acknowledge" in refused.json["error"]["next"]
    for course in ("confidentiality", "interviewing"):
        assert office.does("mduarte", "training", "acknowledge", course)["counts"]
    given = office.does("aokafor", *give)
    assert (given["delegate"], given["supervisor"], given["task"]) == ("mduarte", "aokafor", task)
    shown = office.does("mduarte", "task", "show", task)
    assert (shown["supervisor"], shown["supervision"], shown["instructions"]) == (
        "aokafor",
        given["ref"],
        "Facts only.",
    )
    said = office.says("mduarte", "task", "show", task).out
    assert f"aokafor ({given['ref']}, not checked yet)" in said
    assert [row["ref"] for row in office.does("mduarte", "delegate", "list", "--mine")] == [given["ref"]]
    office.does("mduarte", "delegate", "escalate", given["ref"], "--remarks", "She asks for advice.")
    office.does("mduarte", "task", "complete", task)
    assert "done, waits for the check" in office.says("aokafor", "delegate", "list").out
    assert office.tries("aokafor", "delegate", "check", given["ref"], "returned").code == "remarks_missing"
    checked = office.does(
        "aokafor", "delegate", "check", given["ref"], "corrected", "--remarks", "One date was wrong."
    )
    assert (checked["outcome"], checked["remarks"]) == ("corrected", "One date was wrong.")
    assert "No delegated work waits here." in office.says("aokafor", "delegate", "list").out
    assert "corrected" in office.says("aokafor", "delegate", "show", given["ref"]).out


def test_the_matrix_is_printed_with_its_grounds(local_office: Office) -> None:
    everything = local_office.does("mduarte", "delegate", "acts")
    never = local_office.does("mduarte", "delegate", "acts", "--never")
    assert {act["id"] for act in never} < {act["id"] for act in everything}
    assert "sign_off" in {act["id"] for act in never}
    said = local_office.says("mduarte", "delegate", "acts").out
    assert said.startswith("Authority matrix, version 1, ")
    assert "rfe_triage" in said
    ground = local_office.says("mduarte", "delegate", "acts", "--act", "sign_off").out
    assert "8 CFR 292.1(a)" in ground
    assert "[V]" in ground
    assert local_office.tries("mduarte", "delegate", "acts", "--act", "sing_off").code == "not_found"
    rights = {row["act"]: row for row in local_office.does("mduarte", "person", "rights")}
    assert (rights["sign_off"]["may"], rights["support_work"]["may"]) == ("no", "yes")
    table = local_office.says("mduarte", "person", "rights", "aokafor").out
    assert "own matters" in table
    assert local_office.says("mduarte", "training", "courses").out.count("2026-01") == 5


def test_licences_are_kept_by_somebody_else(local_office: Office) -> None:
    office = local_office
    added = office.does("inovak", "person", "licence", "add", "bcole", "accredited_representative:77:EOIR:2026-12-31",
                        "--scope", "dhs")  # fmt: skip
    assert (added["scope"], added["state"], added["days_left"], added["granted_by"]) == (
        "dhs",
        "ends_soon",
        52,
        "inovak",
    )
    assert office.tries("inovak", "person", "licence", "add", "inovak", "attorney:1:NY").code == "own_licence"
    listed = office.says("inovak", "person", "list").out
    assert "! bcole: accredited representative licence ends on 2026-12-31, in 52 days" in listed
    assert "! bcole" not in office.says("mduarte", "person", "list").out
    doctor = office.tries("inovak", "doctor")
    assert doctor.status == 1
    (check,) = [c for c in doctor.json["checks"] if c["id"] == "licences"]
    assert (check["ok"], "in 52 days" in check["detail"]) == (False, True)
    table = office.says("inovak", "person", "licence", "list", "bcole").out
    assert "before DHS alone" in table
    assert "ends in 52 days" in table
    ended = office.does("inovak", "person", "licence", "end", "bcole", added["id"], "--reason", "moved")
    assert ended["state"] == "ended"
    assert office.does("inovak", "person", "licence", "list", "bcole")[0]["state"] == "ended"


def test_a_role_is_given_and_taken(office: Office) -> None:
    assert office.tries("inovak", "person", "role", "bcole", "operations_manager").code == "not_allowed"
    made = office.does("jreyes", "person", "role", "bcole", "operations_manager")
    assert made["roles"] == ["operations_manager", "paralegal"]
    assert office.does("jreyes", "person", "role", "bcole", "operations_manager", "--end")["roles"] == [
        "paralegal"
    ]
    assert office.does("inovak", "training", "add", "bcole", "second_review")["recorded_by"] == "inovak"
    assert office.does("mduarte", "training", "list", "bcole")[0]["course"] == "second_review"
    refused = office.tries(
        *("inovak", "person", "add", "zlocal", "--name", "Zoe", "--role", "paralegal", "--outside"),
        *("--organisation", "Lex Support Ltd"),
    )
    wanted = "nobody_answers" if office.firm.shared else "outside_needs_logins"
    assert refused.code == wanted

"""`casedesk conflict` on both stores, as people and as programs read it."""

from __future__ import annotations

from tests.cli.conftest import Office

KEYS = "id ref matter about state names asked_by asked_at likeness hits people decided_by decided_at reason"
HIT = "asked name matter caption type status standing client former adverse linked how likeness"


def test_asked_listed_shown_and_decided(office: Office) -> None:
    first = office.does("mduarte", "matter", "open", "--type", "family_petition", "--client", "Ibarra, Mateo")
    office.does(
        "mduarte", "matter", "party", "add", first["ref"], "--role", "beneficiary", "--name", "Ibarra, Rosa"
    )
    assert office.does("mduarte", "conflict", "list") == []

    found = office.tries("mduarte", "conflict", "check", "Rosa", "Ibarra", "--born", "1990-05-06")
    assert found.status == 1
    check = found.json
    assert set(check) == set(KEYS.split())
    assert (check["state"], check["names"], check["likeness"]) == ("open", ["Rosa Ibarra"], 95)
    (hit,) = check["hits"]
    assert set(hit) == set(HIT.split())
    assert (hit["matter"], hit["how"], hit["adverse"]) == (first["ref"], "same name", True)

    said = office.says("mduarte", "conflict", "show", check["ref"]).out
    assert f"95        Ibarra, Rosa  same name  {first['ref']}" in said
    assert "beneficiary where Ibarra, Mateo is the client  may be adverse" in said
    assert f"casedesk conflict decide {check['ref']}" in said
    assert check["ref"] in office.says("mduarte", "conflict", "list").out

    refused = office.tries("mduarte", "conflict", "decide", check["ref"], "clear", "--reason", "x")
    assert (refused.status, refused.code) == (1, "not_allowed")
    done = office.does("aokafor", "conflict", "decide", check["ref"], "clear", "--reason", "Not adverse.")
    assert (done["state"], done["decided_by"], done["reason"]) == ("clear", "aokafor", "Not adverse.")
    assert "No conflict check is like that." in office.says("mduarte", "conflict", "list").out

    nobody = office.says("mduarte", "conflict", "check", "Lucía Paredes")
    assert (nobody.status, "nothing found" in nobody.out) == (0, True)
    second = office.does("mduarte", "matter", "open", "--type", "u_visa", "--client", "Ibarra, Rosa")
    (standing,) = office.does("mduarte", "conflict", "list", "--matter", second["ref"])
    assert (
        f"! conflict check open: {standing['ref']}"
        in office.says("mduarte", "matter", "show", second["ref"]).out
    )

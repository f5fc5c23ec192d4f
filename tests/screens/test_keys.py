"""Key maps as data: every binding has an id of its own, two shipped maps without a clash, a person's own keys checked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from textual.binding import Binding

from casedesk import screens
from casedesk.desk import papers
from casedesk.desk.reading import prepare
from casedesk.refusal import Refusal
from casedesk.screens import config, key_findings, keyboard
from casedesk.screens.config import KeySettings, Settings
from casedesk.screens.keyboard import Known
from casedesk.screens.keymap import KeyMap, bound, is_key, maps, shown
from tests.screens.seat import sit
from tests.support.firm import FirmFixture


def _every() -> list[Known]:
    return [each for place in keyboard.places() for each in place.keys]


def _effective(**bind: str) -> tuple[KeyMap, list[str]]:
    keymap, found = key_findings.effective(KeySettings(bind=bind))
    return keymap, [finding.message for finding in found]


def test_every_binding_of_every_screen_has_an_id_of_its_own() -> None:
    """Each id begins with its screen's name; no two bindings of the desk share one."""
    every = _every()
    ids = [each.id for each in every]
    assert len(every) > 150
    assert len(set(ids)) == len(ids)
    for place in keyboard.places():
        for each in place.keys:
            assert re.fullmatch(rf"{place.name}\.[a-z0-9_]+", each.id), each
            assert each.label, each
    assert {"queue.acknowledge", "task.tick", "rows.down", "app.quit", "desk.help"} <= set(ids)


def test_a_binding_without_an_id_of_its_own_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="no id"):
        bound([Binding("x", "nothing")])
    with pytest.raises(ValueError, match="no id"):
        bound([Binding("ctrl+y", "nothing", id="queue.acknowledge")])


@pytest.mark.parametrize("name", ["arrows", "vim"])
def test_a_shipped_map_has_keys_that_arrive_and_no_clash(name: str) -> None:
    keymap = KeyMap(name, maps()[name])
    assert set(maps()[name]) <= {each.id for each in _every()}
    for each in _every():
        for key in keymap.keys(each.id).split(","):
            assert is_key(key), (each.id, key)
            assert key_findings.never_arrives(key) == "" or key == "shift+tab", (each.id, key)
    assert [finding.message for finding, _ in key_findings.conflicts(keymap)] == []


def test_what_shares_a_key_as_shipped_means_the_same() -> None:
    """Enter on a list opens what is there; everything else that shares a key is never listened for at once."""
    of = {place.name: place for place in keyboard.places()}
    for place in keyboard.places():
        if place.kind != "screen":
            continue
        around = [*of["app"].keys, *of["desk"].keys, *of["rows"].keys, *of["pane"].keys]
        for mine in place.keys:
            for other in around:
                shared = set(mine.own.split(",")) & set(other.own.split(","))
                assert shared <= {"enter"}, (mine.id, other.id)
                assert not shared or other.id == "rows.choose"


def test_the_vim_map_moves_what_its_letters_meant() -> None:
    vim = KeyMap("vim", maps()["vim"])
    assert vim.key("queue.hand_off") == "H"
    assert vim.keys("queue.section_next") == "right,l"
    assert vim.key("matter.call") == "c"
    for movement, key in (("down", "j"), ("up", "k"), ("first", "g"), ("last", "G"), ("half_down", "ctrl+d")):
        assert key in vim.keys(f"rows.{movement}").split(",")
    assert vim.keys("queue.filter") == "slash"
    assert vim.keys("queue.next") == "n"


@pytest.mark.parametrize(
    "key",
    ["ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "shift+enter", "ctrl+enter", "ctrl+f5", "shift+f1", "super+x", "shift+a",
     "ctrl+[", "ctrl+shift+x", "ctrl+1"],
)  # fmt: skip
def test_a_key_that_never_arrives_is_found_and_left_out(key: str) -> None:
    keymap, found = _effective(**{"queue.acknowledge": key})
    assert len(found) == 1
    assert "never arrives" in found[0] or "is no key" in found[0]
    assert keymap.keys("queue.acknowledge") == "a"


def test_an_unknown_id_is_told_its_nearest_and_a_clash_both_its_sides() -> None:
    keymap, found = _effective(
        **{
            "queue.acknowlege": "x",
            "queue.undo": "a",
            "desk.again": "j",
            "queue.why": "nokey",
            "task.tick": "x, ?",
        }
    )
    assert found == [
        "There is no key called 'queue.acknowlege', the nearest is 'queue.acknowledge'.",
        "queue.why: 'nokey' is no key.",
        "Every screen: j would be both 'read again' (desk.again) and 'Down' (rows.down).",
        "Every screen: j would be both 'read again' (desk.again) and 'Down' (pane.down).",
        "Queue: a would be both 'acknowledge' (queue.acknowledge) and 'undo' (queue.undo).",
        "Task: ? would be both 'tick' (task.tick) and 'keys' (desk.help).",
    ]
    assert keymap.moved == {}


def test_two_keys_may_change_places_and_half_a_change_is_no_change() -> None:
    keymap, found = _effective(**{"queue.acknowledge": "z", "queue.undo": "a"})
    assert (keymap.key("queue.acknowledge"), keymap.key("queue.undo"), found) == ("z", "a", [])
    keymap, found = _effective(**{"queue.acknowledge": "z", "queue.undo": "ctrl+i"})
    assert len(found) == 2
    assert keymap.moved == {}


def test_a_letter_is_no_key_where_everything_is_typed() -> None:
    assert _effective(**{"prompt.cancel": "x"})[1] == ["prompt.cancel: x would be typed into a field."]
    assert _effective(**{"app.quit": "Q"})[1] == ["app.quit: Q would be typed into a field."]
    assert _effective(**{"prompt.cancel": "ctrl+g"})[1] == []


def test_the_file_takes_ids_with_and_without_quotes_and_nothing_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("CASEDESK_CONFIG", str(file))
    assert config.read() == Settings()
    file.write_text(
        '[keys]\nmap = "vim"\n[keys.bind]\nqueue.next = "x"\n"task.tick" = ["t", "space"]\n', "utf-8"
    )
    assert config.read().keys == KeySettings(map="vim", bind={"queue.next": "x", "task.tick": "t,space"})
    for wrong, said in (
        ("colour = 1", "colour, which is not known"),
        ("[keys]\nmaps = 1", "keys.maps, which is not known"),
        ("[keys", "is not TOML"),
        ("[keys]\nbind = 3", "keys.bind"),
        ("[keys.bind]\nqueue.next = 3", "keys.bind.queue.next"),
    ):
        file.write_text(wrong, "utf-8")
        with pytest.raises(Refusal, match=re.escape(said)):
            config.read()
    keymap, found = key_findings.effective()
    assert keymap == KeyMap()
    assert [finding.code for finding in found] == ["file"]
    file.write_text('[keys]\nmap = "vin"', "utf-8")
    assert "the nearest is 'vim'" in key_findings.effective()[1][0].message


def test_every_key_a_sentence_names_is_one_there_is() -> None:
    """No sentence of the screens says a key by hand: each ⟨id⟩ in them is the id of a binding."""
    ids = {each.id for each in _every()}
    said = 0
    for path in Path(screens.__path__[0]).rglob("*.py"):
        if path.name == "keymap.py":
            continue
        for name in re.findall(r"⟨~?([^⟩]+)⟩", path.read_text("utf-8")):
            said += 1
            assert name in ids or name == "id", (path.name, name)
    assert said > 50


def test_a_key_is_shown_as_a_person_reads_it() -> None:
    keys = (
        "question_mark",
        "slash",
        "f1",
        "right",
        "ctrl+p",
        "left_square_bracket",
        "space",
        "A",
        "pagedown",
    )
    assert [shown(key) for key in keys] == ["?", "/", "F1", "→", "ctrl+p", "[", "space", "A", "pgdn"]
    moved = KeyMap("own", {"desk.back": "q,ctrl+g", "queue.undo": "ctrl+z"})
    assert moved.spell("⟨queue.undo⟩ takes it back, ⟨~desk.back⟩ leaves; ⟨no.such⟩ ⟨x⟩") == (
        "ctrl+z takes it back, ctrl+g leaves; ⟨no.such⟩ ⟨x⟩"
    )


def test_the_desk_says_and_obeys_the_keys_in_force(firm: FirmFixture, rfe: Path) -> None:
    """In the vim map with two keys of the person's own: footer, help, toasts and empty lists name what works."""
    firm.desk("mduarte").write(papers.receive, prepare(rfe))
    keymap, found = key_findings.effective(
        KeySettings(map="vim", bind={"queue.acknowledge": "x", "queue.undo": "ctrl+z", "desk.help": "f2"})
    )
    assert found == ()

    async def scene() -> None:
        async with sit(firm.desk("mduarte"), (120, 60), keymap=keymap) as seat:
            foot = " ".join(seat.lines()[-2:])
            assert "x acknowledge" in foot
            assert "H hand off" in foot
            assert "F2 keys" in foot
            await seat.press("a")
            assert seat.told() == []
            await seat.press("x")
            await seat.sees("ctrl+z takes it back")
            await seat.press("ctrl+z")
            await seat.sees("Taken back on")
            await seat.press("l")
            assert seat.app.screen.section == 1  # type: ignore[attr-defined]
            await seat.press("h")
            assert seat.app.screen.section == 0  # type: ignore[attr-defined]
            await seat.press("f2")
            words = seat.words()
            for said in ("x acknowledge", "ctrl+z undo", "H hand off", "F2 keys", "↑ k ↓ j up and down"):
                assert said in re.sub(r" +", " ", words), said
            await seat.press("escape", "H")
            await seat.sees("Hand off T-")
            await seat.press("escape", "4")
            await seat.sees("Nothing is waiting on anybody. 1 goes back.")

    asyncio.run(scene())


def test_the_vim_map_on_the_matter_card(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte"), keymap=KeyMap("vim", maps()["vim"])) as seat:
            seat.app.open_hit("matter", "M-2026-0001")
            await seat.sees("Call her cell only")
            section = seat.app.screen.section  # type: ignore[attr-defined]
            await seat.press("l")
            assert seat.app.screen.section == section + 1  # type: ignore[attr-defined]
            await seat.press("c")
            await seat.sees("Call on M-2026-0001")

    asyncio.run(scene())


def test_a_mistake_in_the_file_is_said_when_the_desk_opens(firm: FirmFixture) -> None:
    async def scene() -> None:
        async with sit(firm.desk("mduarte"), warned="Your keys: There is no key called 'x.y'.") as seat:
            await seat.sees("Your keys: There is no key called 'x.y'.")

    asyncio.run(scene())

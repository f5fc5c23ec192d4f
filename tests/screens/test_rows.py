"""The list of rows: the cursor belongs to a row's id, and a refresh leaves it on its line of the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from textual.app import App, ComposeResult

from casedesk.screens.drawing import cell, paragraphs, part, spread
from casedesk.screens.theme import DARK
from casedesk.screens.widgets.rows import RowList


class Shelf(App[None]):
    """Numbers as rows, ten on the screen."""

    def __init__(self, *numbers: int) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.numbers = numbers
        self.rows: RowList[int] = RowList(
            str, lambda n, _width: [part(f"row {n}")], empty="Nothing. Press f."
        )

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DARK.variables)

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_mount(self) -> None:
        if self.numbers:
            self.rows.fill(self.numbers)
        self.rows.focus()

    def line_of_cursor(self) -> int:
        return next(y for y in range(10) if self.rows.render_line(y).text.startswith("▌"))


def play(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scene)


def test_rows_that_come_in_above_move_neither_the_cursor_nor_its_line() -> None:
    async def scene() -> None:
        app = Shelf(*range(100, 200))
        async with app.run_test(size=(40, 10)) as pilot:
            await pilot.press("pagedown", "pagedown", "down")
            before, line = app.rows.current_id, app.line_of_cursor()
            app.rows.fill([*range(50, 60), *range(100, 200)])
            await pilot.pause()
            assert (app.rows.current_id, app.line_of_cursor()) == (before, line)

    play(scene())


def test_a_row_that_goes_leaves_the_cursor_at_its_place() -> None:
    async def scene() -> None:
        app = Shelf(1, 2, 3)
        async with app.run_test(size=(40, 10)) as pilot:
            await pilot.press("j")
            app.rows.fill([1, 3])
            seen = [app.rows.current_id]
            for left in ([1], []):
                app.rows.fill(left)
                seen.append(app.rows.current_id)
            assert seen == ["3", "1", None]
            assert "Nothing. Press f." in app.rows.render_line(0).text

    play(scene())


def test_keys_stop_at_both_ends() -> None:
    async def scene() -> None:
        app = Shelf(*range(30))
        async with app.run_test(size=(40, 10)) as pilot:
            await pilot.press("up", "k")
            assert app.rows.current == 0
            await pilot.press("G", "down", "pagedown")
            assert app.rows.current == 29
            assert app.line_of_cursor() == 9
            await pilot.press("g")
            assert (app.rows.current, app.line_of_cursor()) == (0, 0)

    play(scene())


def test_loading_failed_and_empty_never_look_alike() -> None:
    async def scene() -> None:
        app = Shelf()
        async with app.run_test(size=(60, 10)) as pilot:
            assert "Reading" in app.rows.render_line(0).text
            app.rows.fail("The store does not answer.", "F5 tries again.")
            await pilot.pause()
            assert "! The store does not answer. F5 tries again." in app.rows.render_line(0).text
            app.rows.fill([])
            assert "Nothing. Press f." in app.rows.render_line(0).text

    play(scene())


def test_only_what_is_seen_is_drawn() -> None:
    drawn: list[int] = []

    def draw(number: int, _width: int) -> list[tuple[str, str]]:
        drawn.append(number)
        return [part(number)]

    async def scene() -> None:
        app = Shelf(*range(100_000))
        app.rows.draw = draw
        async with app.run_test(size=(40, 10)) as pilot:
            await pilot.press("G", "pageup")
        assert len(set(drawn)) <= 40

    play(scene())


def test_columns_are_exactly_as_wide_as_asked() -> None:
    assert cell("王小明 Ibarra", 7)[0] == "王小明…"
    assert cell("a", 3)[0] == "a  "
    assert "".join(text for text, _ in spread([part("left side")], [part("right")], 12)) == "left … right"
    assert paragraphs("one two  three\nfour", 7) == ["one two", "three", "four"]
    assert paragraphs("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]

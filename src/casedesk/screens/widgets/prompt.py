"""A few fields and one act. It closes when the act is done; a refusal is shown inside it and nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from casedesk.refusal import Refusal
from casedesk.screens.asking import Listens, ask
from casedesk.screens.drawing import Line, part
from casedesk.screens.keymap import bound
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Pane
from casedesk.screens.widgets.pasted import LineInput, PastedInput
from casedesk.screens.widgets.paths import ChoiceSuggester, CompletingInput, FilesInput, PathSuggester
from casedesk.security.text import safe

if TYPE_CHECKING:
    from casedesk.screens.app import DeskApp

T = TypeVar("T")

Kind = Literal["line", "day", "secret", "path", "files", "choice", "pasted"]


@dataclass(frozen=True)
class Field:
    """One question. `required` fields may not stay empty; `hint` stands in the empty field."""

    id: str
    label: str
    kind: Kind = "line"
    hint: str = ""
    required: bool = True
    value: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What was typed, by the fields' ids."""

    texts: dict[str, str]
    files: dict[str, tuple[Path, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.texts[name]

    def path(self, name: str) -> Path:
        return Path(self.texts[name]).expanduser()


class Prompt(Listens, ModalScreen[T | None], Generic[T]):
    """Runs `act` with the answers in a thread and is dismissed with its result, or with None by escape.

    What was typed (secrets excepted) is kept under the title, and stands there again when it is opened the next time
    after an escape.
    """

    BINDINGS: ClassVar[list[BindingType]] = bound(
        [
            Binding("escape", "cancel", "Cancel", show=False, id="prompt.cancel"),
            Binding("ctrl+s", "submit", "Do it", show=False, id="prompt.submit"),
            Binding("enter", "submit", "Do it", show=False, id="prompt.enter"),
        ]
    )

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        act: Callable[[Answers], T],
        *,
        verb: str = "save",
        about: Iterable[Line] = (),
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._act = act
        self._verb = verb
        self._about = tuple(about)
        self._busy = False

    @property
    def _app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    def compose(self) -> ComposeResult:
        kept = self._app.typed.get(self._title, {})
        with Vertical(classes="dialog"):
            yield self._pane([[part(self._title, "strong")], *self._about])
            for each in self._fields:
                if each.kind == "files":
                    yield Pane(id=f"{each.id}-list")
                with Horizontal(classes="field"):
                    yield self._pane([[part(each.label, "dim")]])
                    yield _input(each, kept.get(each.id, each.value))
            yield Pane(id="says")

    def _pane(self, lines: Iterable[Line]) -> Pane:
        pane = Pane()
        pane.show(lines)
        return pane

    def on_mount(self) -> None:
        self._app.hush()
        self._hint()
        for first in self.query(Input)[:1]:
            first.focus()

    def _hint(self) -> None:
        enter = "enter next, then" if len(self._fields) > 1 else "enter"
        keys = f"{enter} {self._verb}   ⟨prompt.submit⟩ {self._verb}   ⟨prompt.cancel⟩ leave"
        self._say([part(self._app.keymap.spell(keys), "dim")])

    def _say(self, line: Line) -> None:
        self.query_one("#says", Pane).show([line])

    def on_key(self, event: events.Key) -> None:
        """A letter that came before the first field was there belongs into it."""
        box = self.focused
        if event.is_printable and isinstance(box, Input):
            event.stop()
            box.post_message(events.Key(event.key, event.character))

    # -- typing -------------------------------------------------------------------------------------------------

    @on(FilesInput.Named)
    def _named(self, event: FilesInput.Named) -> None:
        box = next(each for each in self.query(FilesInput) if each.files == event.files)
        lines = [[part("  "), state("file.named", path)] for path in map(str, event.files)]
        self.query_one(f"#{box.id}-list", Pane).show(lines)

    @on(Input.Submitted)
    async def _next(self, event: Input.Submitted) -> None:
        if isinstance(event.input, FilesInput):
            typed = event.input.typed
            if typed is not None and not await asyncio.to_thread(typed.is_file):
                self._say([part(f"! There is no file {typed}. Check the name; tab completes it.", "alert")])
                return
            if event.input.take():
                self._hint()
                return
        boxes = list(self.query(Input))
        place = boxes.index(event.input)
        if place + 1 < len(boxes):
            boxes[place + 1].focus()
        else:
            self.action_submit()

    def unsaved(self) -> bool:
        """Whether a person typed something here that leaving the desk would lose."""
        proposed = {each.id: each.value for each in self._fields if each.kind != "secret"}
        return any(self.query_one(f"#{name}", Input).value != value for name, value in proposed.items())

    # -- acting -------------------------------------------------------------------------------------------------

    def answers(self) -> Answers:
        """What stands in the fields now."""
        texts, files = {}, {}
        for each in self._fields:
            box = self.query_one(f"#{each.id}", Input)
            texts[each.id] = box.value if each.kind == "secret" else box.value.strip()
            if isinstance(box, PastedInput):
                texts[each.id] = box.words
            if isinstance(box, FilesInput):
                box.take()
                files[each.id] = box.files
        return Answers(texts, files)

    def action_submit(self) -> None:
        if self._busy:
            return
        answers = self.answers()
        for each in self._fields:
            given = answers.files[each.id] if each.kind == "files" else answers[each.id]
            if each.required and not given:
                self._say([part(f"! {each.label}: this is still needed.", "alert")])
                self.query_one(f"#{each.id}", Input).focus()
                return
        self._busy = True
        self._app.gesture = ()
        self._say([part("Working …", "dim")])

        def act() -> T:
            return self._app.marked(lambda: self._act(answers))

        ask(self, "act", act, self._done, self._refused, alone=False)

    def _done(self, value: T) -> None:
        self._app.typed.pop(self._title, None)
        self.dismiss(value)

    def _refused(self, refusal: Refusal) -> None:
        self._busy = False
        self._say([part(f"! {self._app.refused(refusal)}", "alert")])

    def action_cancel(self) -> None:
        if self._busy:
            return
        texts = self.answers().texts
        secret = {each.id for each in self._fields if each.kind in {"secret", "files"}}
        kept = {name: text for name, text in texts.items() if text and name not in secret}
        if kept:
            self._app.typed[self._title] = kept
        self.dismiss(None)


def _input(each: Field, typed: str) -> Input:
    value, hint = safe(typed), safe(each.hint)
    match each.kind:
        case "files":
            return FilesInput(id=each.id, placeholder=hint or "a path; tab completes, enter adds it")
        case "path":
            hint = hint or "a path; tab completes"
            return CompletingInput(value, id=each.id, placeholder=hint, suggester=PathSuggester())
        case "choice":
            return CompletingInput(
                value, id=each.id, placeholder=hint, suggester=ChoiceSuggester(each.choices)
            )
        case "pasted":
            return PastedInput(typed, id=each.id, placeholder=hint)
        case "secret":
            return Input(id=each.id, placeholder=hint, password=True)
        case "day":
            return Input(value, id=each.id, placeholder=hint)
        case _:
            # A sentence is gone on with; only what was proposed is typed over.
            return LineInput(value, id=each.id, placeholder=hint, select_on_focus=False)


def prompt(
    screen: Any,
    title: str,
    fields: Sequence[Field],
    act: Callable[[Answers], T],
    said: Callable[[T], str],
    *,
    verb: str = "save",
    about: Iterable[Line] = (),
    then: Callable[[T], None] | None = None,
) -> None:
    """Ask over `screen` (a `DeskScreen`); once done, `said` is told, every screen is renewed, and `then` is called."""

    def closed(value: T | None) -> None:
        if value is None:
            return
        sentence = said(value)
        if sentence:
            screen.desk_app.tell(sentence)
        screen.desk_app.changed()
        if then is not None:
            then(value)

    screen.app.push_screen(Prompt(title, fields, act, verb=verb, about=about), closed)

"""What every screen of the desk does the same way: reads in threads, renews itself, answers its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from casedesk.desk.desk import Desk
from casedesk.refusal import Refusal
from casedesk.screens.actions import Action, bindings, named
from casedesk.screens.asking import Listens, ask, asking
from casedesk.screens.keymap import KeyMap, bound
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names
from casedesk.screens.widgets.keys import Keys, shown
from casedesk.screens.widgets.masthead import Masthead
from casedesk.screens.widgets.rows import RowList

if TYPE_CHECKING:
    from casedesk.screens.app import DeskApp

T = TypeVar("T")

COMMON = named("desk", (
    Action("back", "q,escape", "back", "Back to where you came from", footer=False),
    Action("again", "f5,ctrl+r", "read again", "Read this screen again", footer=False),
    Action("help", "question_mark,f1", "keys", "Every key of this screen", footer=False),
    Action("palette", "ctrl+p", "anything", "Find a matter, a person, a task or a command", footer=False),
))  # fmt: skip


class DeskScreen(Listens, Screen[None]):
    """A screen of the desk.

    A subclass has its `NAME` (with which the ids of its keys begin) and its `ACTIONS` (each is a method `do_<id>`; those
    of `COMMON` named in `SHOWS` stand in its last line as well), builds its `body` and reads in `load`. `load` is called
    at the start, after every write of ours, and when the store says that somebody else wrote.
    """

    NAME: ClassVar[str] = "desk"
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    SHOWS: ClassVar[tuple[str, ...]] = ()
    BINDINGS = bindings("desk", COMMON) + bound(
        [
            Binding("tab", "app.focus_next", "To the next part", show=False, id="desk.onward"),
            Binding("shift+tab", "app.focus_previous", "To the part before", show=False, id="desk.backward"),
        ]
    )
    TITLE = "casedesk"
    PLACE: ClassVar[str] = "Queue"

    def __init_subclass__(cls, **options: Any) -> None:
        cls.ACTIONS = named(cls.NAME, cls.ACTIONS)
        cls.BINDINGS = bindings(cls.NAME, cls.ACTIONS)
        super().__init_subclass__(**options)

    def __init__(self) -> None:
        super().__init__()
        self.moment: Moment | None = None
        self.stale = False
        self._renews: set[str] | None = None
        self._renewed: set[str] = set()

    @property
    def desk_app(self) -> DeskApp:
        return cast("DeskApp", self.app)

    @property
    def desk(self) -> Desk:
        return self.desk_app.desk

    @property
    def keymap(self) -> KeyMap:
        return self.desk_app.keymap

    def spell(self, sentence: str) -> str:
        """The sentence with the key that works for each ⟨id⟩ in it."""
        return self.keymap.spell(sentence)

    @property
    def names(self) -> Names:
        """Who is who, to say names where the desk says handles."""
        return self.desk_app.names

    # -- building -----------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield Masthead()
        yield from self.body()
        yield Keys(lambda: shown(self, self.actions()), lambda: self.keymap.key("desk.help"))

    def body(self) -> Iterable[Widget]:
        """The widgets between the first line and the last."""
        raise NotImplementedError

    def actions(self) -> tuple[Action, ...]:
        """What can be done here, this screen's own first, each with the keys that work for it."""
        keymap, shows = self.keymap, self.SHOWS
        return tuple(
            replace(each, keys=keymap.keys(each.binding), footer=each.footer or each.id in shows)
            for each in (*self.ACTIONS, *COMMON)
        )

    def on_mount(self) -> None:
        self.query_one(Masthead).show(self.desk_app.standing)
        self.renew()

    def on_screen_resume(self) -> None:
        self.query_one(Masthead).show(self.desk_app.standing)
        if self.stale:
            self.stale = False
            self.renew()

    # -- reading and writing ------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask the desk for what this screen shows."""
        raise NotImplementedError

    def renew(self) -> None:
        """`load`, and keep in mind what it asks for."""
        self._renews = self._renewed = set()
        self.load()
        self._renews = None

    @property
    def renewing(self) -> bool:
        """Whether what the last `renew` asked for is still on its way."""
        return any(asking(self, group) for group in self._renewed)

    def read(
        self,
        group: str,
        work: Callable[[], T],
        then: Callable[[T], None],
        failed: Callable[[Refusal], None] | None = None,
    ) -> None:
        """Run `work` in a thread and hand what it found to `then`; a newer question of the group replaces it.

        Whoever is named in it is known by then: `names`.
        """
        app = self.desk_app
        if self._renews is not None:
            self._renews.add(group)

        def knowing() -> T:
            found = work()
            app.know_people()
            return found

        def arrived(value: T) -> None:
            then(value)
            self.renew_keys()

        def lost(refusal: Refusal) -> None:
            if refusal.exit_status == 3:
                app.missed()
            (failed or app.refuse)(refusal)

        ask(self, group, knowing, arrived, lost)

    def write(
        self, work: Callable[[], T], said: Callable[[T], str], then: Callable[[T], None] | None = None
    ) -> None:
        """Run a writing `work` in a thread; say what was done and renew every screen, or say why not."""
        self.desk_app.write(work, said, then)

    def failing(self, rows: RowList[T]) -> Callable[[Refusal], None]:
        """What a list does when it could not be read."""
        return lambda refusal: rows.fail(self.desk_app.refused(refusal), "⟨desk.again⟩ tries again.")

    def renew_keys(self) -> None:
        for keys in self.query(Keys):
            keys.renew()

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_do(self, action_id: str) -> None:
        """One of `actions()`, by its id; what may not be done now says why instead."""
        action = next((each for each in self.actions() if each.id == action_id), None)
        if action is None:
            return
        reason = action.why_not(self)
        if reason:
            self.desk_app.typist.stop()
            self.desk_app.tell(f"{action.label}: {reason}", "warning")
            return
        getattr(self, f"do_{action_id}")()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        """Enter on a list, whose own key it is, is the screen's key for it as any other is: it says why not."""
        opening = next((each for each in self.ACTIONS if "enter" in each.keys.split(",")), None)
        if opening is not None:
            self.action_do(opening.id)

    def do_back(self) -> None:
        self.desk_app.back()

    def do_again(self) -> None:
        self.load()

    def do_help(self) -> None:
        self.desk_app.show_help(self)

    def do_palette(self) -> None:
        self.desk_app.show_palette(self)

"""The desk's application: one person, one store, a clockwork that starts with it, and no key that waits for either."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding
from textual.filter import LineFilter
from textual.screen import Screen

from casedesk.desk import care, people, tasks, vigil
from casedesk.desk.desk import Desk
from casedesk.desk.rights import Rights, mine
from casedesk.desk.turn import Turn
from casedesk.desk.views.care import Header
from casedesk.desk.views.people import PersonView
from casedesk.desk.views.work import QueueCounts
from casedesk.documents.private_copy import Copies
from casedesk.refusal import Conflict, Refusal
from casedesk.screens import both
from casedesk.screens.asking import Answered, Listens, ask
from casedesk.screens.base import DeskScreen
from casedesk.screens.keymap import KeyMap, bound
from casedesk.screens.lastfilter import LastFilter, truly_colourless
from casedesk.screens.moments import Moment
from casedesk.screens.names import Names
from casedesk.screens.polling import LOOK_SECONDS, Poll, out_of_reach
from casedesk.screens.queue import QueueScreen
from casedesk.screens.saved import SavedSection
from casedesk.screens.theme import THEMES
from casedesk.screens.typist import Typist
from casedesk.screens.widgets.masthead import Masthead, Standing
from casedesk.screens.words import refused
from casedesk.security.text import safe

if TYPE_CHECKING:
    from casedesk.desk.changes import Changes
    from casedesk.desk.keeping import Keeping

T = TypeVar("T")
Severity = Literal["information", "warning", "error"]

SWEEP_SECONDS = 15.0
SWEEP_LIMIT = 100
LEAVE_SECONDS = 5.0
LOCKED = ", locked"
EXPIRE_SECONDS = 30.0
LOUD_SECONDS = 3600.0
"""How long a sentence stands that nobody may miss."""
THREADS = 12
"""So many may read and write at once: what waits for a locked store is not to keep the rest from reading."""


class DeskApp(Listens, App[int]):
    """Takes an open desk. `ticks` is a monotonic clock in seconds, handed in by tests; `warned` is said at the start.
    `changed` is what others did since the person was last here: it stands in front until it is put away (`caught_up`).

    Threads read, write, watch and sweep; none touches a widget. The clockwork starts with the app, not with a screen.
    `unsent` keeps a review's answers and comments until the decision, whatever screen is left meanwhile.
    """

    ENABLE_COMMAND_PALETTE = False
    TITLE = "casedesk"
    NOTIFICATION_TIMEOUT = 5
    CSS_PATH = "desk.tcss"
    BINDINGS = bound([Binding("ctrl+q", "quit", "Leave casedesk", show=False, priority=True, id="app.quit")])

    def __init__(
        self,
        desk: Desk,
        *,
        theme: Literal["dark", "light"] = "dark",
        ascii_only: bool = False,
        clockwork: bool = True,
        keeping: Keeping | None = None,
        keymap: KeyMap | None = None,
        warned: str = "",
        sections: tuple[SavedSection, ...] = (),
        changed: Changes | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.desk = desk
        self.keeping = keeping
        self.keymap = keymap or KeyMap()
        self.set_keymap(self.keymap.moved)
        self._warned = warned
        self.sections = sections
        self._changed = changed
        self.caught_up = changed is None or not changed.rows
        self.ticks = ticks
        self.standing = Standing()
        self.typed: dict[str, dict[str, str]] = {}
        self.last_key = ""
        self.names = Names()
        self.rights = Rights()
        self.gesture: tuple[str, ...] = ()
        self.unsent: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self.copies = Copies()
        self._asked_to_leave = -LEAVE_SECONDS
        self._knowing = Lock()
        self._people_old = False
        self._missed = False
        self._written: int | None = None
        self._clockwork = clockwork
        self._last_filter = LastFilter(ascii_only=ascii_only)
        self.typist = Typist(self, self._key)
        self._mark: int | None = None
        self._poll: Poll | None = None
        self._sweeping = False
        self._leaving = False
        self._audited = False
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = THEMES[theme].name

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*map(truly_colourless, super().get_line_filters()), self._last_filter]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(THEMES["dark"].variables)

    def get_default_screen(self) -> Screen[None]:
        return QueueScreen()

    def on_mount(self) -> None:
        if self._changed is not None and self._changed.rows:
            from casedesk.screens.changed import ChangedScreen

            self.push_screen(ChangedScreen(self._changed))
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "casedesk"))
        self._poll = Poll(self.desk.watch(), self._polled)
        self._look()
        self._read_header()
        self._recognise()
        self.set_interval(LOOK_SECONDS, self._look)
        self.set_interval(EXPIRE_SECONDS, self._expire_copies)
        self.aside(self.copies.sweep)
        if self._warned:
            self.notify(safe(self._warned), severity="warning", markup=False, timeout=LOUD_SECONDS)
        if self._clockwork:
            self.set_interval(SWEEP_SECONDS, self._sweep)
            self.call_after_refresh(self._sweep)
        # Collections of the default size land pauses of 30 to 130 ms on key presses.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 50)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """As Textual's own; a sweep that runs ends with the transaction it is in, and what it leaves is due at the next."""
        self._leaving = True
        super().exit(*args, **kwargs)

    def on_unmount(self) -> None:
        self.copies.close()
        if self._poll is not None:
            self._poll.close()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.typist.type(event)
        else:
            await super().on_event(event)

    async def _key(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            deaf = getattr(self.screen, "deaf", None)
            if deaf is not None and deaf(event.key):
                return
            self.last_key = event.key
        await super().on_event(event)

    # -- saying things ------------------------------------------------------------------------------------------

    def tell(self, sentence: str, severity: Severity = "information") -> None:
        """A passing line for the person. Never markup, whatever the sentence holds.

        It takes the place of the one before: a heap of them would cover what is worked on.
        """
        if severity != "error":
            self.hush()
        self.notify(safe(self.keymap.spell(sentence)), severity=severity, markup=False)

    def hush(self) -> None:
        """Take passing lines away; what went wrong stays its time."""
        for each in list(self._notifications):
            if each.severity != "error":
                self._unnotify(each)

    def refuse(self, refusal: Refusal) -> None:
        """A refusal as a toast: what was not done, and the next step."""
        self.tell(self.refused(refusal), "error" if refusal.exit_status == 3 else "warning")

    def refused(self, refusal: Refusal) -> str:
        """A refusal in the words of the desk."""
        if isinstance(refusal, Conflict):
            return both.said(refusal, self.names, self.standing.moment)
        if refusal.code == both.SOMEBODY_FIRST:
            return f"{refusal.message} {refusal.next}"
        return self.keymap.spell(self.names.say(refused(refusal)))

    def know_people(self) -> Names:
        """The firm's people, read once and again after something was written; for threads only."""
        with self._knowing:
            if self._people_old or not self.names.people:
                self._people_old = False
                known, self.rights = self.desk.read(_people_and_rights)
                self.names = Names(known)
            return self.names

    def copy(self, text: str) -> None:
        self.copy_to_clipboard(safe(text, multiline=True))

    # -- writing ------------------------------------------------------------------------------------------------

    def write(
        self, work: Callable[[], T], said: Callable[[T], str], then: Callable[[T], None] | None = None
    ) -> None:
        """Run a writing `work` in a thread. Every write is heard of, even when its screen is closed by then."""
        self.gesture = ()

        def done(value: T) -> None:
            sentence = said(value)
            if sentence:
                self.tell(sentence)
            self.changed()
            if then is not None:
                then(value)

        ask(self, "write", lambda: self.marked(work), done, self.refuse, alone=False)

    def aside(self, work: Callable[[], object]) -> None:
        """A small write nobody waits for; a refusal of it is not worth a word."""
        ask(self, "aside", work, lambda _done: None, lambda _refusal: None, alone=False)

    def marked(self, work: Callable[[], T]) -> T:
        """Do a writing `work` and note the store's mark behind it: what is read from here on needs no other reading for
        it. For threads only."""
        value = work()
        with suppress(Refusal):
            self._written = self.desk.mark()
        return value

    def changed(self) -> None:
        """Something was written: the screen in front reads again now, those behind it when they come back."""
        if self._written is not None:
            self._mark, self._written = self._written, None
        self._people_old, self._missed = True, False
        self._read_header()
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.stale = True
        front = self._front()
        if front is not None:
            front.stale = False
            front.renew()

    def _front(self) -> DeskScreen | None:
        return next((s for s in reversed(self.screen_stack) if isinstance(s, DeskScreen)), None)

    def missed(self) -> None:
        """A reading failed because the store was not there: everything is read again when it is."""
        self._missed = True

    # -- the store behind ---------------------------------------------------------------------------------------

    def _read_header(self) -> None:
        def work() -> tuple[Header, QueueCounts, Moment]:
            header = self.desk.read(care.header)
            return header, self.desk.read(tasks.counts), Moment(self.desk.now(), header.zone)

        def failed(refusal: Refusal) -> None:
            self.missed()
            self._lost(refusal)

        ask(self, "header", work, self._header_read, failed)

    def _header_read(self, found: tuple[Header, QueueCounts, Moment]) -> None:
        header, counts, moment = found
        # What can be read may be locked all the same: only the poll says that the store is back.
        self._stand(Standing(header, counts.unread, moment, self.standing.offline))

    def _lost(self, refusal: Refusal) -> None:
        if refusal.exit_status != 3:
            self.refuse(refusal)
            return
        was = self.standing
        since = was.offline.removesuffix(LOCKED) or (
            was.moment.time(was.moment.now) if was.moment else "the start"
        )
        if refusal.code == "store_locked":
            since += LOCKED
        self._stand(Standing(was.header, was.unread, was.moment, since))

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        for screen in self.screen_stack:
            for masthead in screen.query(Masthead):
                masthead.show(standing)

    def _look(self) -> None:
        """Is the store there? An answer that is late means that it is not."""
        if self._poll is not None and self._poll.look(self.ticks()) and not self.standing.offline:
            self._lost(out_of_reach())

    def _polled(self, found: int | Refusal) -> None:
        """For the poll's thread: hand its answer to the loop."""
        if self.is_running:
            self.post_message(Answered(lambda: self._mark_read(found)))

    def _mark_read(self, found: int | Refusal) -> None:
        """A store that is back with the mark it went with needs no other reading, but for what could not be read."""
        if isinstance(found, Refusal):
            self._lost(out_of_reach() if found.exit_status != 3 else found)
            return
        if self.standing.offline:
            self._stand(replace(self.standing, offline=""))
        if self._mark is None:
            self._mark = found
        moved = found != self._mark
        front = self._front()
        if (moved or self._missed) and (front is None or not front.renewing):
            # What is being read now is read to its end first: a slow store would never show anything.
            self._mark = found
            self.changed()

    def _sweep(self) -> None:
        """Fire what is due, as the worker does. What a person may not do is the service worker's; it is not said."""
        if self._sweeping:
            return
        self._sweeping = True
        ask(self, "sweep", self._sweep_all, self._swept, self._sweep_refused)

    def _sweep_all(self) -> tuple[int, tuple[str, ...]]:
        from casedesk.desk.sending import send_due

        fired = self.desk.sweep(SWEEP_LIMIT, stop=lambda: self._leaving).fired
        if self.keeping is not None:
            self.keeping.after_sweep()
            send_due(self.desk, self.desk.now(), key_file=self.keeping.keys.key_file, seat=True)
        if self._audited:
            return fired, ()
        self._audited = True
        return fired, self.desk.read(vigil.auditor)

    def _recognise(self) -> None:
        """Whether this is the record that this machine saw last. Said aloud when it is not; the work is not held up."""
        if self.keeping is not None:
            ask(self, "recognise", self.keeping.sign_in, self._recognised, self._lost)

    def _recognised(self, sentence: str) -> None:
        if sentence:
            self.notify(safe(sentence), severity="error", markup=False, timeout=LOUD_SECONDS)

    def _swept(self, done: tuple[int, tuple[str, ...]]) -> None:
        """The first sweep after signing in ends with what happened while nobody looked."""
        fired, sentences = done
        self._sweeping = False
        for sentence in sentences:
            self.notify(safe(sentence), severity="warning", markup=False, timeout=LOUD_SECONDS)
        if fired:
            self.changed()
        else:
            self._read_header()

    def _sweep_refused(self, refusal: Refusal) -> None:
        self._sweeping = False
        if refusal.exit_status == 3:
            self._lost(refusal)

    def _expire_copies(self) -> None:
        from casedesk.screens.viewing import KEPT_SECONDS

        self.copies.expire(self.ticks() - KEPT_SECONDS)

    # -- leaving ------------------------------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """Out at once, unless something typed would be lost: then the second press within five seconds goes."""
        unsaved = getattr(self.screen, "unsaved", None)
        typed = unsaved is not None and unsaved()
        comments = any(text for _, said in self.unsent.values() for text in said.values())
        if (typed or comments) and self.ticks() - self._asked_to_leave > LEAVE_SECONDS:
            self._asked_to_leave = self.ticks()
            what = "What is typed here is not saved" if typed else "Review comments are not sent yet"
            self.tell(f"{what}. ⟨app.quit⟩ again leaves without it.", "warning")
            return
        self.exit(0)

    # -- going places -------------------------------------------------------------------------------------------

    def back(self) -> None:
        """To the screen behind; from the queue, out."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.exit(0)

    def open_hit(self, kind: str, ref: str) -> None:
        """Whatever the finder found, on its own screen."""
        from casedesk.screens import places

        screen = places.screen_for(kind, ref)
        if screen is not None:
            self.push_screen(screen)

    def show_help(self, screen: DeskScreen) -> None:
        from casedesk.screens.help import HelpScreen

        self.push_screen(HelpScreen(screen))

    def show_palette(self, screen: DeskScreen) -> None:
        from casedesk.screens.palette import PaletteScreen

        def chosen(action_id: str | None) -> None:
            if action_id:
                screen.action_do(action_id)

        self.push_screen(PaletteScreen(screen), chosen)


def _people_and_rights(turn: Turn) -> tuple[tuple[PersonView, ...], Rights]:
    return people.who(turn), mine(turn)

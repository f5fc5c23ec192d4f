"""What is done to the tasks of the queue: to all that are marked, also what the filter hides, else to the one in front."""

from __future__ import annotations

from collections.abc import Callable

from casedesk.desk import tasks
from casedesk.desk.views.work import TaskView
from casedesk.refusal import Refusal, StoreUnavailable
from casedesk.screens import empty, giving
from casedesk.screens.filtering import FilteredScreen


class QueueActs(FilteredScreen):
    """The acts of the queue, and its ways to the other screens."""

    def do_new_matter(self) -> None:
        empty.new_matter(self)

    def do_bring_in(self) -> None:
        empty.bring_in(self)

    def do_write_date(self) -> None:
        empty.write_date(self)

    def do_acknowledge(self) -> None:
        """All that is marked, also what the filter hides; else the task under the cursor."""
        ids = self._meant()
        app, several = self.desk_app, len(ids) > 1

        def work() -> list[TaskView]:
            done = []
            for each in ids:
                try:
                    done.append(self.desk.write(tasks.acknowledge, each))
                except StoreUnavailable:
                    raise
                except Refusal:
                    if not several:
                        raise
            return done

        def said(done: list[TaskView]) -> str:
            if not done:
                return "None of the marked tasks was waiting to be acknowledged."
            which = f"{done[0].ref} {done[0].title}" if len(done) == 1 else f"{len(done)} tasks"
            rest = len(ids) - len(done)
            before = f" {rest} of the marked did not wait for it." if rest else ""
            return f"Acknowledged {which}. ⟨queue.undo⟩ takes it back.{before}"

        def then(done: list[TaskView]) -> None:
            self._unmark(ids)
            app.gesture = tuple(task.ref for task in done)

        self.write(work, said, then)

    def _meant(self) -> list[str]:
        """The ids of all that is marked, also what the filter hides; else of the task under the cursor."""
        row, rows = self.rows.current, self.rows
        ids = [each.id for each in rows.rows if each.id in rows.marks]
        ids += sorted(rows.marks.difference(ids))
        return ids or ([row.id] if isinstance(row, TaskView) else [])

    def _unmark(self, ids: list[str]) -> None:
        self.rows.marks.difference_update(ids)
        self.draw_head()

    def _give(self, give: Callable[..., None]) -> None:
        ids = self._meant()
        known = [row for row in self.rows.rows if isinstance(row, TaskView) and row.id in ids]
        if ids:
            give(self, known, ids, lambda: self._unmark(ids))

    def do_mark(self) -> None:
        self.rows.toggle_mark()
        self.draw_head()

    def do_hand_off(self) -> None:
        self._give(giving.hand_off)

    def do_reassign(self) -> None:
        self._give(giving.reassign)

    def do_undo(self) -> None:
        """The last gesture of this desk when it was one of the queue's, whatever row it touched; else this task's."""
        row = self.rows.current
        refs = self.desk_app.gesture or ((row.ref,) if isinstance(row, TaskView) else ())
        if not refs:
            return

        self.write(lambda: giving.take_back(self, refs), lambda given: giving.taken_back(self, given))

    # -- elsewhere ----------------------------------------------------------------------------------------------

    def do_matters(self) -> None:
        self.desk_app.open_hit("matters", self.text)

    def do_inbox(self) -> None:
        self.desk_app.open_hit("inbox", "")

    def do_told(self) -> None:
        self.desk_app.open_hit("told", "")

    def do_messages(self) -> None:
        self.desk_app.open_hit("messages", "")

    def do_docket(self) -> None:
        self.desk_app.open_hit("docket", "")

    def do_dashboard(self) -> None:
        self.desk_app.open_hit("dashboard", "")

    def do_people(self) -> None:
        self.desk_app.open_hit("people", "")

    def do_rules(self) -> None:
        self.desk_app.open_hit("rules", "")

    def do_rules_why(self) -> None:
        row = self.rows.current
        if isinstance(row, TaskView):
            self.desk_app.open_hit("rules", row.ref)

    def do_status(self) -> None:
        self.desk_app.open_hit("status", "")

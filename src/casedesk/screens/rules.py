"""The rules as the firm works by them: what each says in plain English, what is wrong with the set, why a task is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from casedesk.desk import rules
from casedesk.desk.rules import FindingView, RuleView, WhyView
from casedesk.refusal import Refusal
from casedesk.routing.explain import RuleWhy
from casedesk.screens.actions import Action
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import Line, cell, content, part, some, tabs
from casedesk.screens.moments import Moment, legal
from casedesk.screens.names import Names
from casedesk.screens.states import state
from casedesk.screens.widgets.pane import Rule, ScrollPane
from casedesk.screens.widgets.prompt import Answers, Field, prompt
from casedesk.screens.widgets.rows import RowList

Row = RuleView | FindingView | RuleWhy

RULES, FINDINGS, WHY = range(3)
TITLES = ("Rules", "Findings", "Why a task is there")
EMPTY = (
    "No rule.",
    "Not proved yet: ⟨rules.lint⟩ proves the set among the firm's own people.",
    "⟨rules.why⟩ asks for a task; ⟨queue.rules_why⟩ on the queue brings the one under the cursor.",
)
SOUND = "No finding: every proof went through. ⟨rules.section_1⟩ goes back to the rules."
NO_RULE = "No rule was asked: it was made by hand, or is a step of a playbook."
WIDE = 100


class RulesScreen(DeskScreen):
    """Reads; nothing is changed here, and everybody of the firm may look. With a task it opens on its why."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("lint", "l", "prove", "Prove the rules sound among the firm's people and their absences"),
        Action("why", "w", "why a task", "Why a task was opened, and why it is whose it is"),
        Action("section_1", "1", "rules", "Every rule, the most urgent first"),
        Action("section_2", "2", "findings", "What the last proof found"),
        Action("section_3", "3", "why", "The task last asked about"),
        Action(
            "text",
            "tab",
            "to the reading",
            "Between the list and the reading",
            footer=False,
            binding="desk.onward",
        ),
    )
    NAME = "rules"
    PLACE = "Rules"

    def __init__(self, task: str = "") -> None:
        super().__init__()
        self.asked = task
        self.section = WHY if task else RULES
        self.views: tuple[RuleView, ...] = ()
        self.findings: tuple[FindingView, ...] | None = None
        self.why: WhyView | None = None
        self.rows: RowList[Row] = RowList(_key, self._draw, empty=EMPTY[self.section])

    def body(self) -> Iterable[Widget]:
        yield Static(id="tabs", markup=False)
        yield Rule()
        with Container(id="both"):
            yield self.rows
            yield Rule(id="between")
            yield ScrollPane(id="read")

    def on_mount(self) -> None:
        self.rows.focus()

    def on_resize(self) -> None:
        self.query_one("#both").set_class(self.size.width >= WIDE, "beside")
        self._draw_tabs()

    # -- reading ------------------------------------------------------------------------------------------------

    def load(self) -> None:
        self.rows.wait()
        desk, task = self.desk, self.asked

        def work() -> tuple[tuple[RuleView, ...], WhyView | None, Moment]:
            told = desk.read(rules.why, task) if task else None
            return desk.read(rules.listing), told, Moment(desk.now(), desk.zone)

        self.read("rules", work, self._loaded, self._failed)

    def _failed(self, refusal: Refusal) -> None:
        self.asked = ""
        self.failing(self.rows)(refusal)

    def _loaded(self, found: tuple[tuple[RuleView, ...], WhyView | None, Moment]) -> None:
        self.views, self.why, self.moment = found
        self._fill()

    def _fill(self) -> None:
        rows: tuple[Row, ...] = self.views
        self.rows.empty = EMPTY[self.section]
        if self.section == FINDINGS:
            rows = self.findings or ()
            self.rows.empty = EMPTY[FINDINGS] if self.findings is None else SOUND
        elif self.section == WHY:
            told = () if self.why is None else self.why.rules
            rows = (*(r for r in told if r.fired), *(r for r in told if not r.fired))
            self.rows.empty = EMPTY[WHY] if self.why is None else NO_RULE
        self.rows.fill(rows)
        self._draw_tabs()

    # -- drawing ------------------------------------------------------------------------------------------------

    def _draw_tabs(self) -> None:
        counts = (
            f" {len(self.views)}" if self.views else "",
            "" if self.findings is None else f" {len(self.findings)}",
            f" {self.why.task}" if self.why is not None else "",
        )
        short = self.size.width < WIDE
        titles = ("Why" if short and number == WHY else title for number, title in enumerate(TITLES))
        shown = (title + count for title, count in zip(titles, counts, strict=True))
        self.query_one("#tabs", Static).update(content([tabs(shown, self.section)]))

    def _draw(self, row: Row, width: int) -> Line:
        if isinstance(row, FindingView):
            mark, tone = state(f"rule.{'error' if row.severity == 'error' else 'warning'}", row.severity)
            return [cell(mark, 10, tone), cell(row.id, 22), cell(row.rule, max(0, width - 33))]
        if isinstance(row, RuleWhy):
            mark, tone = state("rule.fired" if row.fired else "rule.did_not_fire")
            return [cell(mark, 16, tone), cell(f"{row.id} version {row.version}", max(0, width - 17))]
        mark, tone = state("rule.in_force" if row.in_force else "rule.not_in_force")
        name = min(30, max(18, (width - 15) // 2))
        return [
            cell(mark, 15, tone),
            cell(row.id, name, "strong"),
            part(" "),
            cell(row.title, max(0, width - name - 16)),
        ]

    @on(RowList.Moved)
    def _moved(self) -> None:
        row, lines = self.rows.current, []
        if self.section == WHY and self.why is not None:
            lines = _why(self.why, self.names)
        if isinstance(row, RuleView):
            lines = _reading(row, self.findings, self.names)
        elif isinstance(row, FindingView):
            lines = _finding(row)
        elif isinstance(row, RuleWhy):
            lines = [*lines, *_conditions(row)]
        self.query_one("#read", ScrollPane).show(lines)
        self.renew_keys()

    # -- acts ---------------------------------------------------------------------------------------------------

    def do_lint(self) -> None:
        self.section = FINDINGS
        self.findings = None
        self._fill()
        self.rows.wait()
        desk = self.desk
        self.read("lint", lambda: desk.read(rules.lint), self._linted, self.failing(self.rows))

    def _linted(self, found: tuple[FindingView, ...]) -> None:
        self.findings = found
        self._fill()
        self.desk_app.tell(f"{some(len(found), 'finding')}." if found else SOUND)

    def do_why(self) -> None:
        desk = self.desk

        def act(answers: Answers) -> WhyView:
            return desk.read(rules.why, answers["task"])

        def then(told: WhyView) -> None:
            self.asked, self.why, self.section = told.task, told, WHY
            self._fill()

        prompt(self, "Why is a task there", (Field("task", "Task", hint="T-1F3K9A"),), act, lambda _: "",
               verb="ask", then=then)  # fmt: skip

    def do_section_1(self) -> None:
        self._turn(RULES)

    def do_section_2(self) -> None:
        self._turn(FINDINGS)

    def do_section_3(self) -> None:
        self._turn(WHY)

    def _turn(self, section: int) -> None:
        self.section = section
        self._fill()

    def do_text(self) -> None:
        self.focus_next()


_CHAIN = re.compile(r"^chain \w+")
"""The desk's word for them; a paralegal reads what they are."""


def _key(row: Row) -> str:
    if isinstance(row, FindingView):
        return f"finding/{row.id}/{row.rule}/{row.message}"
    return f"{type(row).__name__}/{row.id}/{row.version}"


def _reading(row: RuleView, findings: tuple[FindingView, ...] | None, names: Names) -> list[Line]:
    days = f"from {legal(row.effective_from)}" if row.effective_from else "from the beginning"
    until = f" until {legal(row.effective_until)}" if row.effective_until else ""
    lines: list[Line] = [
        [part(row.title, "strong")],
        [part(f"{row.id}, version {row.version}, priority {row.priority}, asked on {row.trigger}", "dim")],
        [part(f"{'in force' if row.in_force else 'not in force'} {days}{until}", "good" if row.in_force else "dim")],
        [part("")],
        [part(names.say(row.reads))],
    ]  # fmt: skip
    for each in findings or ():
        if row.id in each.rule.split():
            lines += [[part("")], [part(f"! {each.severity}: {each.message}", "alert")]]
    return lines


def _finding(row: FindingView) -> list[Line]:
    facts = [(k, v) for k, v in row.witness.items() if k not in ("ask", "shows") and v not in ({}, [])]
    return [
        [part(row.rule, "strong")],
        [part(row.message)],
        [part("")],
        [part("The facts that show it: ", "dim"), part(row.witness.get("shows", ""))],
        *([cell(f"  {name}", 18, "dim"), part(_plain(value))] for name, value in facts),
    ]


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_plain(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _why(told: WhyView, names: Names) -> list[Line]:
    lines: list[Line] = [
        [part(f"{told.task} {told.title}", "strong")],
        [cell("Because", 10, "dim"), part(told.because)],
        [cell("Owner", 10, "dim"), part(f"{names.full(told.owner)}: {names.say(told.owner_reason)}")],
    ]
    for each in told.candidates:
        mark, tone = state("candidate.chosen" if each.chosen else "candidate.not_chosen")
        lines.append(
            [part("  "), cell(mark, 13, tone), part(f"{names.short(each.person)}: {names.say(each.reason)}")]
        )
    lines += [[part(f"  {names.say(_CHAIN.sub('reminders', line))}", "dim")] for line in told.arithmetic]
    if not told.same_rules:
        lines.append([part("! The rules have changed since.", "warn")])
    return lines


def _conditions(row: RuleWhy) -> list[Line]:
    head = "fired" if row.fired else "did not fire" + ("" if row.in_force else ": not in force that day")
    return [
        [part("")],
        [part(f"{row.id} version {row.version} {head}", "accent")],
        *([part(f"  {line}", "" if line.startswith("not met") else "dim")] for line in row.conditions),
    ]

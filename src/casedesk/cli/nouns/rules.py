"""`casedesk rules`: the routing rules read, proved, tried, and asked why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns import rules_install, rules_new, rules_replay
from casedesk.cli.nouns.rules_file import has_store, read_rules
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, TaskRef

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.rules import CaseView, FindingView, RuleView, WhyNotView, WhyView

app = noun("Routing rules: list, lint, format, test, write, replay, install, why and why not.")

Files = Annotated[
    list[str] | None, typer.Argument(metavar="[FILE]...", help="TOML or JSON; none is the shipped set.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="TOML or JSON.")]


app.command("install")(rules_install.install)
app.command("versions")(rules_install.versions)
app.command("replay")(rules_replay.replay)
app.command("new")(rules_new.new)


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List the rules in force, each with its reading in plain English; without a store the rules that ship.

    Example: casedesk rules list
    """
    from casedesk.desk import rules
    from casedesk.desk.house import House

    session = of(ctx)
    if has_store(session):
        with session.desk() as desk:
            found = desk.read(rules.listing)
    else:
        found = rules.listing(House())
    session.say_rows(window(found, limit, after), limit, _listed, "No rule.")


@app.command("lint")
def lint_(
    ctx: typer.Context,
    files: Files = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="The files by themselves, without the shipped set.")
    ] = False,
    firm: Annotated[
        bool, typer.Option("--firm", help="Among the store's own people, with their absences and covers.")
    ] = False,
) -> None:
    """Prove the rules sound; exit status 1 when something was found, each finding with facts that show it.

    Example: casedesk rules lint my-rules.toml
    """
    from casedesk.desk import rules
    from casedesk.desk.house import House

    session = of(ctx)
    given = {name: read_rules(name) for name in files or ()}
    if firm:
        with session.desk() as desk:
            found = desk.read(rules.lint, given, alone=alone)
    else:
        found = rules.lint(House(), given, alone=alone)
    if found:
        session.status = 1
    session.say({"findings": found}, lambda said, _: _findings(said["findings"]))


@app.command("format")
def format_(ctx: typer.Context, file: File) -> None:
    """Print a file of rules in its canonical form; the published JSON dialect becomes TOML.

    Example: casedesk rules format sample.json
    """
    from casedesk.desk import rules

    session = of(ctx)
    text = rules.canonical(file, read_rules(file))
    session.say({"file": file, "text": text}, lambda said, _: said["text"].rstrip("\n").split("\n"))


@app.command("test")
def cases(ctx: typer.Context, files: Files = None) -> None:
    """Run the cases written beside the rules; exit status 1 when one does not come as written.

    Example: casedesk rules test my-rules.toml
    """
    from casedesk.desk import rules
    from casedesk.desk.house import House

    session = of(ctx)
    ran = rules.run_cases(House(), {name: read_rules(name) for name in files or ()})
    if not all(case.ok for case in ran):
        session.status = 1
    session.say({"cases": ran}, lambda said, _: _cases(said["cases"]))


@app.command()
def schema(ctx: typer.Context) -> None:
    """Print the JSON Schema of a file of rules.

    Example: casedesk rules schema
    """
    import json

    from casedesk.desk import rules

    of(ctx).say(rules.schema(), lambda said, _: json.dumps(said, indent=1).split("\n"))


@app.command()
def why(ctx: typer.Context, task: TaskRef) -> None:
    """Say why a task was opened and given to its owner: rules, candidates, dates counted.

    Example: casedesk rules why T-1F3K9A
    """
    from casedesk.desk import rules

    session = of(ctx)
    with session.desk() as desk:
        told = desk.read(rules.why, task)
    session.say(told, _why)


@app.command("why-not")
def why_not(
    ctx: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.")],
    event: Annotated[
        str,
        typer.Argument(metavar="EVENT", help="An event's id, or the paper, task or matter it happened to."),
    ],
) -> None:
    """Say why a rule did not fire, and the smallest change that would have fired it.

    Example: casedesk rules why-not receipt-received D-2W8H5T
    """
    from casedesk.desk import rules

    session = of(ctx)
    with session.desk() as desk:
        told = desk.read(rules.why_not, rule, event)
    session.say(told, _why_not)


def _listed(views: Sequence[RuleView], _: Paper) -> Iterator[str]:
    for number, kind in sorted({(v.installed, v.matter_type) for v in views if v.installed}, key=str):
        yield f"Version {number} of the firm's own rules decides" + (f" for {kind}." if kind else ".")
    for view in views:
        own = "" if view.installed is None else f"  [own, version {view.installed}]"
        trial = "" if view.matter_type is None else f"  [on trial: {view.matter_type}]"
        yield f"{view.id}  version {view.version}  {view.title}{own}{trial}"
        yield f"    {view.reads}"


def _findings(found: Sequence[FindingView]) -> Iterator[str]:
    for each in found:
        yield f"{each.severity}  {each.id}  {each.rule}"
        yield f"    {each.message}"
        witness = {k: v for k, v in each.witness.items() if k not in ("ask", "shows") and v not in ({}, [])}
        yield f"    witness: {each.witness['shows']}"
        yield from (f"        {name}: {_plain(value)}" for name, value in witness.items())
    count = len(found)
    yield f"{count} finding{'' if count == 1 else 's'}." if count else "No finding: every proof went through."


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {_plain(v)}" for k, v in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _cases(ran: Sequence[CaseView]) -> Iterator[str]:
    for case in ran:
        yield f"{'ok ' if case.ok else 'BAD'}  {case.title}"
        yield from (f"     {missing}" for missing in case.missing)
    bad = sum(not case.ok for case in ran)
    yield (
        f"Of {len(ran)} cases {bad} did not come as written."
        if bad
        else f"All {len(ran)} cases came as written."
    )


def _why(view: WhyView, paper: Paper) -> Iterator[str]:
    from casedesk.desk.hands import sentence

    yield from paper.facts(
        [
            ("task", f"{view.task}  {view.title}"),
            ("opened", paper.at_zone(view.at)),
            ("because", view.because),
            ("event", view.event),
            ("owner", f"{view.owner}: {view.owner_reason}"),
        ]
    )
    yield from (f"  {sentence(move, paper.at_zone(move.at))}" for move in view.moves)
    yield from (f"  rule {rule.id} version {rule.version} fired" for rule in view.rules if rule.fired)
    for candidate in view.candidates:
        yield f"  {'*' if candidate.chosen else '-'} {candidate.person}: {candidate.reason}"
    yield from (f"  {line}" for line in view.arithmetic)
    for rule in view.rules:
        if not rule.fired:
            yield f"  rule {rule.id} did not fire" + ("" if rule.in_force else ": not in force that day")
            yield from (f"      {line}" for line in rule.conditions if line.startswith("not met"))
    if not view.same_rules:
        yield "The rules have changed since."


def _why_not(view: WhyNotView, paper: Paper) -> Iterator[str]:
    verdict = "fired" if view.fired else "did not fire"
    yield f"Rule {view.rule} version {view.version} {verdict} on {view.trigger}, {paper.at_zone(view.at)} ({view.event})."
    yield from (f"  {reason}" for reason in view.reasons)
    if not view.fired and not view.possible:
        yield "  No change of the facts would have fired it: its conditions exclude each other."
    elif not view.fired:
        yield "It would have fired with:"
        for change in view.changes:
            to = "unknown" if change["to"] is None else _plain(change["to"])
            yield f"  {change['field']} = {to}  (was {'unknown' if change['was'] is None else _plain(change['was'])})"
    if not view.same_rules:
        yield "The rules have changed since; this is how they stand now."

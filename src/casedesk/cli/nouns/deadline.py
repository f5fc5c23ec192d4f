"""`casedesk deadline`: rules and counting (pure, no store), and the dates on a matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns import deadline_change
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, MatterRef, OfMatter, day
from casedesk.models.enums import Filing, Served
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.calendars.deadlines import ComputedDeadline, RuleBook
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.dates import DeadlineView

app = noun("Legal dates: rules, counting, dates by hand.")


@app.command()
def rules(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="Only where this stands in id, title or citation.")
    ] = None,
) -> None:
    """List the deadline rules, with citation and how far each is checked.

    Example: casedesk deadline rules D-01
    """
    session = of(ctx)
    wanted = (text or "").casefold()
    found = [
        {
            "rule": rule.id,
            "version": rule.version,
            "title": rule.title,
            "trigger": rule.trigger,
            "kind": rule.kind,
            "status": rule.status,
            "effective_from": rule.effective_from,
            "effective_until": rule.effective_until,
            "citation": rule.citation,
            "confidence": rule.confidence,
            "notes": rule.notes,
            "statement": rule.statement,
        }
        for rule in _book().rules
        if wanted in f"{rule.id} {rule.title} {rule.citation}".casefold()
    ]
    session.say({"rules": found}, lambda said, paper: _rules(said["rules"], paper))


@app.command()
def compute(
    ctx: typer.Context,
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="D-01, a part (D-19.reopen) or a version (D-14@10-day).")
    ],
    trigger: Annotated[
        date, typer.Option("--from", parser=day, metavar="DATE", help="The day it is counted from.")
    ],
    served: Annotated[Served | None, typer.Option(help="How the notice came.")] = None,
    filing: Annotated[Filing, typer.Option(help="How the answer goes.")] = Filing.PAPER,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="End of an authorised validity.")
    ] = None,
    filed: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day a renewal was filed.")
    ] = None,
    reachable: Annotated[
        date | None,
        typer.Option(
            "--reachable", parser=day, metavar="DATE", help="The court's filing system failed until this day."
        ),
    ] = None,
    buffer: Annotated[
        int | None, typer.Option(min=0, max=60, help="Days our own date lies earlier; the rule's own.")
    ] = None,
) -> None:
    """Count a legal date, day by day, with its citation.

    Example: casedesk deadline compute D-01 --from 2026-11-02 --served mail
    """
    from casedesk.calendars import deadlines

    session = of(ctx)
    try:
        counted = deadlines.compute(
            _book(),
            rule,
            trigger,
            served=served,
            filing=filing,
            until=until,
            filed=filed,
            buffer_days=buffer,
            reachable=reachable,
        )
    except deadlines.UnknownRule as error:
        raise Refusal("unknown_rule", str(error), "See casedesk deadline rules.") from error
    except deadlines.NotComputable as error:
        raise Refusal("not_computable", str(error)) from error
    session.say(counted, _counted)


@app.command()
def add(
    ctx: typer.Context,
    matter: MatterRef,
    title: Annotated[str | None, typer.Option(help="What is due; by a rule its own title.")] = None,
    due: Annotated[
        date | None,
        typer.Option(
            parser=day, metavar="DATE", help="The day it is due there; beside a rule the printed day."
        ),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", help="The rule that counts it: D-01, D-19.reopen.")
    ] = None,
    trigger: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="The day the rule counts from.")
    ] = None,
    served: Annotated[Served | None, typer.Option(help="How the notice came.")] = None,
    filing: Annotated[Filing, typer.Option(help="How the answer goes.")] = Filing.PAPER,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="End of an authorised validity.")
    ] = None,
    filed: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The day a renewal was filed.")
    ] = None,
    critical: Annotated[
        bool, typer.Option("--critical", help="A second person confirms it by a count of their own.")
    ] = False,
    tickler: Annotated[bool, typer.Option("--tickler", help="It outlives its closed matter.")] = False,
    follows: Annotated[
        str | None, typer.Option(metavar="DEADLINE", help="The date it moves with, as a proposal.")
    ] = None,
    kind: Annotated[str, typer.Option(help="Its kind.")] = "other",
    authority: Annotated[str, typer.Option(help="Where it is due: USCIS, EOIR, DOL.")] = "USCIS",
    citation: Annotated[str, typer.Option(help="What says so.")] = "",
    form: Annotated[str | None, typer.Option(metavar="FORM", help="The form it is about.")] = None,
) -> None:
    """Add a date by hand, or by a rule; somebody else confirms it.

    Example: casedesk deadline add M-2026-0042 --rule D-08 --from 2026-11-03 --served mail --critical
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    if rule is None and (title is None or due is None):
        raise WrongUsage("which_date", "A date by hand has --title and --due; by a rule --rule and --from.")
    with session.desk() as desk:
        if rule is not None:
            view = desk.write(
                deadlines.add_by_rule,
                matter,
                rule,
                trigger,
                served=served,
                filing=filing,
                until=until,
                filed=filed,
                printed=due,
                title=title,
                form=form,
                critical=critical,
                tickler=tickler,
                follows=follows,
            )
        else:
            assert title is not None and due is not None
            view = desk.write(
                deadlines.add,
                matter,
                title,
                due,
                kind=kind,
                authority=authority,
                citation=citation,
                form=form,
                critical=critical,
                tickler=tickler,
                follows=follows,
            )
    session.say(view, deadline_change.facts)


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    ticklers: Annotated[bool, typer.Option("--ticklers", help="Only those that outlive a matter.")] = False,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List dates, the next one first.

    Example: casedesk deadline list --matter M-2026-0042
    """
    from casedesk.desk import deadlines

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(deadlines.listing, matter=matter, ticklers=ticklers, limit=limit, after=after)
    session.say_rows(rows, limit, _table, "No date here. See casedesk deadline add --help.")


deadline_change.join(app)


def _book() -> RuleBook:
    from casedesk import resources
    from casedesk.calendars.deadlines import load_rules

    names = [name for name in resources.list_names("deadlines") if name.endswith(".toml")]
    return load_rules({name: resources.read_text(f"deadlines/{name}") for name in names})


def _rules(rows: Sequence[dict[str, Any]], paper: Paper) -> Iterator[str]:
    if not rows:
        yield "No such rule. Try casedesk deadline rules."
    yield from paper.table(
        ("RULE", "VERSION", "WHAT", "CITATION", "CHECKED", "STATUS"),
        [
            (
                row["rule"],
                row["version"],
                row["title"],
                row["citation"],
                deadline_change.CHECKED.get(row["confidence"], ""),
                row["status"].replace("_", " "),
            )
            for row in rows
        ],
        give=("WHAT", "CITATION"),
    )


def _counted(view: ComputedDeadline, paper: Paper) -> Iterator[str]:
    yield f"{view.rule} ({view.version})  {view.title}"
    safe_day = "" if view.conservative == view.due else paper.day(view.conservative)
    yield from paper.facts(
        [
            ("from", paper.day(view.trigger)),
            ("due", paper.day(view.due)),
            ("safe in every case", safe_day),
            ("our date", paper.day(view.internal_due)),
            ("citation", view.citation),
            ("checked", deadline_change.CHECKED.get(view.confidence, view.confidence)),
            ("status", "" if view.status == "in_force" else view.status),
        ]
    )
    yield from (f"  {step}" for step in view.steps)


def _table(rows: Sequence[DeadlineView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("DATE", "WHAT", "MATTER", "CLIENT", "DUE THERE", "OUR DATE", "STATE", "CONFIRMED", "CITATION"),
        [
            (
                view.ref,
                view.title,
                view.matter or "none yet",
                view.caption or "",
                f"{view.authority} {view.agency_due}",
                str(view.internal_due),
                _state(view),
                view.confirmed_by or "",
                view.citation,
            )
            for view in rows
        ],
        give=("WHAT", "CLIENT", "CITATION"),
    )


def _state(view: DeadlineView) -> str:
    marks = [
        view.state,
        "arrived late" if view.arrived_late else "",
        "critical" if view.critical else "",
        "tickler" if view.tickler else "",
        "move proposed" if view.proposed else "",
    ]
    return ", ".join(filter(None, marks))

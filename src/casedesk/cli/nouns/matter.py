"""`casedesk matter`: matters, their forms, parties, owners and family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.kit import noun
from casedesk.cli.nouns import (
    matter_close,
    matter_consent,
    matter_contact,
    matter_export,
    matter_form,
    matter_import,
    matter_milestone,
    matter_next,
    matter_party,
    matter_playbook,
    matter_pressing,
    wall,
)
from casedesk.cli.session import of
from casedesk.cli.words import After, Limit, MatterRef, day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.views.matters import MatterView, NoteView, TimelineEntry

app = noun("Matters, their forms, parties and family.")
app.add_typer(matter_form.app, name="form")
app.add_typer(matter_party.app, name="party")
app.add_typer(matter_contact.app, name="contact")
app.add_typer(matter_consent.app, name="consent")
app.add_typer(wall.app, name="wall")
app.command("label")(matter_contact.label)
app.command("export")(matter_export.export)
app.command("begin")(matter_playbook.begin)
app.command("milestone")(matter_milestone.milestone)
app.command("close")(matter_close.close)
app.command("next")(matter_next.next_)
app.command("import")(matter_import.import_)
app.command("circumstances")(matter_pressing.circumstances)
app.command("priority")(matter_pressing.priority)


@app.command("open")
def open_(
    ctx: typer.Context,
    *,
    type: Annotated[
        str | None, typer.Option(metavar="TYPE", help="adjustment_of_status, h1b, asylum, ...")
    ] = None,
    client: Annotated[str, typer.Option(help="The client's full name.")],
    language: Annotated[str, typer.Option(help="The client's language (en, es).")] = "en",
    priority: Annotated[str, typer.Option(help="high, standard or low.")] = "standard",
    emergency: Annotated[bool, typer.Option("--emergency", help="An emergency.")] = False,
    caption: Annotated[
        str | None, typer.Option(help="What it is called; employment: 'Acme Corp. / Nguyen'.")
    ] = None,
    a_number: Annotated[str | None, typer.Option(metavar="A#", help="The client's A-number.")] = None,
    born: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The client's birth date.")
    ] = None,
    phone: Annotated[str, typer.Option(help="The client's phone.")] = "",
    email: Annotated[str, typer.Option(help="The client's e-mail.")] = "",
    address: Annotated[str, typer.Option(help="The client's address.")] = "",
    paralegal: Annotated[str | None, typer.Option(metavar="HANDLE", help="Primary paralegal.")] = None,
    secondary: Annotated[str | None, typer.Option(metavar="HANDLE", help="Secondary paralegal.")] = None,
    attorney: Annotated[str | None, typer.Option(metavar="HANDLE", help="Lead attorney.")] = None,
    supervisor: Annotated[str | None, typer.Option(metavar="HANDLE", help="Supervising attorney.")] = None,
    form_: Annotated[
        list[str] | None, typer.Option("--form", metavar="FORM", help="A form of it; may be given again.")
    ] = None,
    receipt: matter_form.Receipt = None,
    playbook: Annotated[
        bool, typer.Option("--playbook", help="Begin the steps of its type; leave out for one under way.")
    ] = False,
    circumstance: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="detained, in_danger, ...: what presses; may be given again."),
    ] = None,
) -> None:
    """Open a matter; owners who are not named are found by load.

    Example: casedesk matter open --type adjustment_of_status --client "Rosa Ibarra" --language es --form I-485
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            matters.open_matter,
            type or _unsaid(emergency),
            client,
            language=language,
            priority=priority,
            caption=caption,
            a_number=a_number,
            born=born,
            phone=phone,
            email=email,
            address=address,
            paralegal=paralegal,
            secondary=secondary,
            attorney=attorney,
            supervisor=supervisor,
            emergency=emergency,
            form=tuple(form_ or ()),
            receipt=receipt,
            playbook=playbook,
            circumstances=tuple(circumstance or ()),
        )
    session.say(view, card)


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[str, typer.Option(help="open, on_hold, closed or all.")] = "open",
    text: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only where this stands in number, caption or client.")
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List matters, open ones unless asked otherwise.

    Example: casedesk matter list --text ibarra
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(matters.listing, limit=limit, after=after, status=status, text=text)
    session.say_rows(rows, limit, _table, "No matter here. See casedesk matter open --help.")


@app.command()
def show(ctx: typer.Context, matter: MatterRef) -> None:
    """Show a matter's card: who may be told what, forms, dates, parties, the last of its story.

    Example: casedesk matter show M-2026-0042
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.read(matters.show, matter)
        story = () if session.json else desk.read(matters.timeline, matter, limit=10)
    session.say(view, lambda view, paper: [*card(view, paper), "", *_story(story, paper)])


@app.command()
def timeline(ctx: typer.Context, matter: MatterRef, limit: Limit = 50) -> None:
    """Show a matter's story, newest first.

    Example: casedesk matter timeline M-2026-0042
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        story = desk.read(matters.timeline, matter, limit=limit)
    if session.json:
        session.say({"matter": matter, "timeline": story}, lambda _, __: ())
    else:
        session.say(story, _story)


@app.command()
def notes(ctx: typer.Context, matter: MatterRef) -> None:
    """Show a matter's notes and calls.

    Example: casedesk matter notes M-2026-0042
    """
    from casedesk.desk import notes

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(notes.listing, matter)
    if session.json:
        session.say({"matter": matter, "notes": rows}, lambda _, __: ())
    else:
        session.say_rows(rows, len(rows) + 1, _notes, "No note yet. See casedesk note --help.")


@app.command()
def link(
    ctx: typer.Context,
    matter: MatterRef,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other matter.")],
    relation: Annotated[
        str | None,
        typer.Option(
            help="What OTHER is to MATTER: spouse, child, employer, ... Left out for a link there is."
        ),
    ] = None,
    hide_from: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MATTER", help="On this one's side nothing of the other is shown; may be given again."
        ),
    ] = None,
    show_on: Annotated[
        list[str] | None, typer.Option(metavar="MATTER", help="On this one's side the other is shown again.")
    ] = None,
) -> None:
    """Link two matters of one family or employer, and keep one from the other where it must be kept.

    Example: casedesk matter link M-2026-0042 M-2026-0043 --relation spouse --hide-from M-2026-0042
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(
            matters.link,
            matter,
            other,
            relation,
            hide_from=tuple(hide_from or ()),
            show_on=tuple(show_on or ()),
        )
    session.say(view, card)


@app.command()
def owner(
    ctx: typer.Context,
    matter: MatterRef,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="primary_paralegal, secondary_paralegal, lead_attorney or supervising_attorney.",
        ),
    ],
    person: Annotated[str, typer.Argument(metavar="HANDLE", help="Who it is from now on.")],
) -> None:
    """Name a standing owner of a matter.

    Example: casedesk matter owner M-2026-0042 lead_attorney aokafor
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(matters.set_owner, matter, kind, person)
    session.say(view, card)


@app.command("contact-rule")
def contact_rule(
    ctx: typer.Context,
    matter: MatterRef,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Who may be told what, and how.")],
    party: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose rule it is; else everybody's in the matter.")
    ] = None,
) -> None:
    """Add a rule of contact in words; it stands first on the card. `matter contact add` makes one that binds.

    Example: casedesk matter contact-rule M-2026-0042 "Call the mobile only; never leave word with the sponsor"
    """
    from casedesk.desk import matters

    session = of(ctx)
    with session.desk() as desk:
        view = desk.write(matters.contact_rule, matter, rule, party=party)
    session.say(view, card)


def _unsaid(emergency: bool) -> str:
    """An emergency is opened by a name alone; what it is, is found out after."""
    if emergency:
        return "other"
    raise WrongUsage(
        "which_type", "A matter has a type.", "Say it with --type; see casedesk matter open --help."
    )


def _table(rows: Sequence[MatterView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        (
            "MATTER",
            "CAPTION",
            "TYPE",
            "LANG",
            "STATUS",
            "PRIORITY",
            "NEXT DATE",
            "FORMS",
            "PARALEGAL",
            "ATTORNEY",
        ),
        [
            (
                view.ref,
                view.caption or view.client,
                view.type.replace("_", " "),
                view.language,
                view.status.replace("_", " "),
                view.priority,
                str(view.next_date or ""),
                " ".join(one.form for one in view.forms),
                view.owners.get("primary_paralegal", ""),
                view.owners.get("lead_attorney", ""),
            )
            for view in rows
        ],
        give=("CAPTION", "TYPE", "FORMS"),
    )


def card(view: MatterView, paper: Paper) -> Iterator[str]:
    yield f"{view.ref}  {view.caption or view.client}"
    yield from (f"! {rule}" for rule in view.contact_rules)
    yield from (f"! {point}" for point in view.open_points)
    owners = (f"{kind.replace('_', ' ')} {handle}" for kind, handle in view.owners.items())
    links = (" ".join(str(word) for word in link.values()) for link in view.links)
    yield from paper.facts(
        [
            ("client", f"{view.client}, speaks {view.language}"),
            ("A-number", view.a_number),
            ("type", view.type.replace("_", " ")),
            ("status", f"{view.status.replace('_', ' ')}, {view.priority} priority"),
            ("pressing", ", ".join(word.replace("_", " ") for word in view.circumstances)),
            ("opened", paper.at_zone(view.opened)),
            ("owners", ", ".join(owners)),
            ("load", "; ".join(view.load)),
            ("wall", wall.line(view.wall, paper)),
            ("waiting", view.waiting),
            ("next date", paper.day(view.next_date)),
            ("last contact", view.last_contact),
            ("linked", ", ".join(links)),
        ]
    )
    if view.forms:
        yield ""
        yield from matter_form.table(view.forms, paper)
    if view.deadlines:
        yield ""
        yield from paper.table(
            ("DATE", "WHAT", "DUE THERE", "OUR DATE", "STATE", "CITATION"),
            [
                (
                    due.ref,
                    due.title,
                    f"{due.authority} {due.agency_due}",
                    str(due.internal_due),
                    due.state,
                    due.citation,
                )
                for due in view.deadlines
            ],
            give=("WHAT", "CITATION"),
        )
    if view.parties:
        yield ""
        yield from matter_party.table(view.parties, paper)


def _story(rows: Sequence[TimelineEntry], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("WHEN", "WHO", "WHAT", "DETAIL"),
        [(paper.at(entry.at), entry.actor, entry.what, entry.detail) for entry in rows],
        give=("WHAT", "DETAIL"),
    )


def _notes(rows: Sequence[NoteView], paper: Paper) -> Iterator[str]:
    for view in rows:
        own = f", confidential to {view.confidential_to}" if view.confidential_to else ""
        yield f"{paper.at(view.at)}  {view.author}  {view.kind.replace('_', ' ')}{own}"
        yield from (f"  {line}" for line in view.body.splitlines())

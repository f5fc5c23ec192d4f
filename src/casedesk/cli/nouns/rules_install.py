"""`casedesk rules install` and `rules versions`: the firm's own rules put in force, and every version there was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casedesk.cli.nouns.rules_file import read_rules
from casedesk.cli.session import of, window
from casedesk.cli.words import After, Limit, day
from casedesk.refusal import WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.rules_install import VersionView


def install(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]...", help="Every file of the firm's own, TOML or JSON."),
    ] = None,
    from_: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="First day; else today.")
    ] = None,
    pilot: Annotated[
        str | None,
        typer.Option("--pilot", metavar="MATTER_TYPE", help="Decide for this type of matter alone."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="In place of the rules that ship; chains and playbooks stay.")
    ] = False,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Back to what ships, with none of our own.")
    ] = False,
) -> None:
    """Prove the firm's own rules and put them in force, for managers; running work keeps what it began with.

    Example: casedesk rules install our-rules.toml --pilot h1b
    """
    from casedesk.desk import rules_install

    session = of(ctx)
    if shipped == bool(files):
        raise WrongUsage("files", "Name the files to install, or say --shipped for none.", "")
    given = {name: read_rules(name) for name in files or ()}
    with session.desk() as desk:
        done = desk.write(rules_install.install, given, first_day=from_, pilot=pilot, in_place=in_place)
    session.say(done, lambda view, paper: _versions([view], paper))


def versions(ctx: typer.Context, limit: Limit = 50, after: After = None) -> None:
    """List every version of the firm's own rules, the newest first, and which of them decides.

    Example: casedesk rules versions
    """
    from casedesk.desk import rules_install

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(rules_install.versions)
    session.say_rows(
        window(found, limit, after), limit, _versions, "None installed: the rules that ship decide."
    )


def _versions(views: Sequence[VersionView], paper: Paper) -> Iterator[str]:
    for view in views:
        what = view.state.replace("_", " ")
        trial = "" if view.matter_type is None else f", on trial for {view.matter_type}"
        place = ", in place of the rules that ship" if view.in_place else ""
        yield f"version {view.number}  {what}  from {view.effective_from}{trial}{place}"
        yield f"    {', '.join(view.files) or 'what ships, nothing of our own'}"
        yield f"    installed by {view.installed_by}, {paper.at_zone(view.installed_at)}; SHA-256 {view.sha256[:16]}"

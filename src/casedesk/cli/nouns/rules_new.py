"""`casedesk rules new`: a rule from a form, for those who want no editor."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.session import Session, of, write_file
from casedesk.refusal import Refusal, WrongUsage

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.rules_new import Draft

ROLES = {
    "paralegal": "a paralegal",
    "senior_associate": "a senior associate",
    "attorney": "an attorney",
    "intake_specialist": "an intake specialist",
}
CHAINS = {
    "default": "remind after 4 office hours, reassign after a day",
    "triage": "an attorney's judgment is waited for",
}
YES = {"yes": "yes", "no": "no"}


def new(
    ctx: typer.Context,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Where to write it; ends in .toml.")
    ] = "new-rule.toml",
    form: Annotated[str | None, typer.Option(help="notice, matter or reassign.")] = None,
    kind: Annotated[str | None, typer.Option(help="With notice: the kind of notice.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="The matter type; any where none is named.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="What the task is called.")] = None,
    owner: Annotated[str | None, typer.Option(help="With notice: who gets it, as in a rule file.")] = None,
    role: Annotated[str | None, typer.Option(help="With matter and reassign: of which role.")] = None,
    skill: Annotated[str | None, typer.Option(help="With matter: a skill they must have.")] = None,
    speaks: Annotated[str | None, typer.Option(help="With matter: the client's language, yes or no.")] = None,
    days: Annotated[str | None, typer.Option(help="Business days until it is due, or is passed on.")] = None,
    hours: Annotated[str | None, typer.Option(help="With reassign: office hours until the reminder.")] = None,
    chain: Annotated[str | None, typer.Option(help="The escalation: default or triage.")] = None,
) -> None:
    """Write a rule from a few questions, each with a default; read back in plain English before it is written.

    Example: casedesk rules new our-rule.toml --form notice --kind rfe
    """
    from casedesk.desk import rules_new

    session = of(ctx)
    if not file.endswith(".toml"):
        raise WrongUsage("file", f"{file} does not end in .toml.", "Name it so.")
    if os.path.lexists(file):
        raise Refusal("file_there", f"{file} is there already.", "Name another file.")
    ask = _Form(session)
    wanted = ask.choice("Which rule", form, rules_new.FORMS)
    if wanted == "notice":
        draft = _notice(ask, kind, type_, title, owner, days, chain)
    elif wanted == "matter":
        draft = _matter(ask, type_, title, role, skill, speaks, days, chain)
    else:
        draft = rules_new.for_reassignment(
            ask.number("Office hours until the owner is reminded", hours, 4),
            ask.number("Business days until it is passed on", days, 1),
            ask.choice("To somebody of which role", role, ROLES),
        )
    for sentence in draft.reads:
        session.tell(sentence)
    if ask.choice("Write it", None, YES) == "no":
        raise Refusal("not_written", "Nothing was written.", "")
    path = write_file(file, draft.text.encode())
    session.say({"file": path, "reads": draft.reads, "text": draft.text}, _written)


def _notice(
    ask: _Form,
    kind: str | None,
    type_: str | None,
    title: str | None,
    owner: str | None,
    days: str | None,
    chain: str | None,
) -> Draft:
    from casedesk.desk import rules_new
    from casedesk.models.enums import DocumentKind

    kinds = {k.value: k.value.replace("_", " ") for k in DocumentKind}
    found = ask.choice("Which kind of notice", kind, kinds, default="rfe")
    matter = ask.choice("In which type of matter", type_, {"any": "any type"} | _types())
    return rules_new.for_notice(
        found,
        None if matter == "any" else matter,
        ask.text("What the task is called", title, f"Look at the {kinds[found]} notice"),
        ask.choice("Who gets it", owner, rules_new.OWNERS),
        ask.number("Business days until it is due", days, 2),
        ask.choice("Which escalation", chain, CHAINS),
    )


def _matter(
    ask: _Form,
    type_: str | None,
    title: str | None,
    role: str | None,
    skill: str | None,
    speaks: str | None,
    days: str | None,
    chain: str | None,
) -> Draft:
    from casedesk.desk import rules_new

    matter = ask.choice("Which type of matter", type_, _types())
    return rules_new.for_matter(
        matter,
        ask.text("What the task is called", title, f"First look: {matter.replace('_', ' ')}"),
        ask.choice("Somebody of which role", role, ROLES),
        ask.text("A skill they must have (none: leave it empty)", skill, "").strip().lower() or None,
        ask.number("Business days until it is due", days, 2),
        speaks=ask.choice("Who speaks the client's language", speaks, YES) == "yes",
        chain=ask.choice("Which escalation", chain, CHAINS),
    )


def _types() -> dict[str, str]:
    from casedesk.routing.vocabulary import MATTER_TYPES

    return {name: name.replace("_", " ") for name in sorted(MATTER_TYPES)}


class _Form:
    """Questions one after another: an option answers its own, and where nobody may be asked the default does."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def choice(self, question: str, given: str | None, choices: Mapping[str, str], default: str = "") -> str:
        """One of the choices, by its number or its name, the first where nothing is said. Raises `Refusal`."""
        names = list(choices)
        first = default or names[0]
        if given is None and self.session.may_ask:
            for number, name in enumerate(names, start=1):
                self.session.tell(f"  {number:>2}  {choices[name]}")
        said = self.text(question, given, str(names.index(first) + 1) if given is None else first)
        if said.isdecimal() and 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        plain = said.strip().lower()
        if plain in choices:
            return plain
        from casedesk.routing.errors import nearest

        near = nearest(plain, names)
        raise Refusal(
            "unknown_choice",
            f"{question}: there is no {said[:80]!r}.",
            f"Did you mean {near}?" if near else f"One of {', '.join(names)}.",
        )

    def number(self, question: str, given: str | None, default: int) -> int:
        """A whole number from 1 to 365. Raises `Refusal`."""
        said = self.text(question, given, str(default))
        if not said.isdecimal() or not 1 <= int(said[:4]) <= 365:
            raise Refusal(
                "bad_number", f"{question}: {said[:20]!r} is no number from 1 to 365.", "Say a number."
            )
        return int(said)

    def text(self, question: str, given: str | None, default: str) -> str:
        from casedesk.cli.ask import line

        if given is not None:
            return given
        return line(self.session, f"{question} [{default}]" if default else question) or default


def _written(said: dict[str, Any], _: Paper) -> Iterator[str]:
    yield f"Written to {said['file']}. Try it: casedesk rules replay {said['file']}"
    yield f"Put it in force: casedesk rules install {said['file']}"

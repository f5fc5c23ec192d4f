"""The root of the command line and its table of nouns; a noun's file is loaded when its command runs, not before."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, Final

import typer
from typer.core import TyperGroup

from casedesk.cli.argv import listed
from casedesk.cli.kit import noun
from casedesk.cli.session import of

NOUNS: Final[dict[str, str]] = {
    "demo": "Make a demo firm and open its desk.",
    "init": "Make a firm of your own.",
    "open": "Open the desk.",
    "changed": "What others did with my work since I was last here.",
    "told": "What I was told in the app: reminders, hand-offs, escalations.",
    "find": "Find anything by name, number, phone or employer.",
    "person": "People, roles, licences, rights, absences and cover.",
    "handover": "Absences: what the cover must know, and what comes back.",
    "training": "Training: courses, who acknowledged which, and until when.",
    "matter": "Matters, their forms, parties and family.",
    "conflict": "Conflict checks: who else bears a name, and what was decided.",
    "document": "Take files in; list, show, match, split and get them.",
    "task": "The queue, and work on its tasks.",
    "delegate": "Delegation: who may do what, under whom, and what came of it.",
    "draft": "Submit a version of a draft for review.",
    "review": "The gate: reviews, second reviews, Approve for filing.",
    "signature": "Wet ink, then scan: who signs what, and where it stands.",
    "packet": "Hand out a packet's bytes, and check them.",
    "filing": "What left, what arrived, what came back.",
    "deadline": "Legal dates: rules, counting, dates on matters, what moves with them.",
    "status": "The status round: receipts to look up, and what the agency's page said.",
    "bulletin": "The Visa Bulletin of each month, and the priority dates it makes current.",
    "office": "Offices: their hours, their clocks, and who works where.",
    "closure": "Days on which the firm, or one office, is shut.",
    "appointment": "Hearings, biometrics, interviews: set, confirm, move, outcome.",
    "note": "Write a note on a matter.",
    "call": "Log a call on a matter.",
    "message": "What clients are told: read, approve, copy, mark as sent.",
    "request": "What clients are asked for, until it is here: send, list, close.",
    "audit": "The trail: list, verify, head, export, delays.",
    "export": "What was handed out: by whom, for whom, and why.",
    "report": "Reports: the docket, and the firm's figures.",
    "worker": "Fire timers and seal the trail, with no screen.",
    "signing": "Signing keys: who may sign, and on whose word.",
    "retention": "Closed files: how long they are kept, legal holds, erasing one.",
    "rules": "Routing rules: write, lint, test, replay, install; why and why not.",
    "config": "The firm's settings: its review policy, names in calendars, asking clients again.",
    "keys": "The desk's keys as they are: the map in force, and what is wrong with yours.",
    "channel": "The ways out of the desk: mail, webhooks, notices; what works here.",
    "webhook": "Other programs of the firm's that are told, each call signed.",
    "preference": "How I am reminded outside the app, and when not.",
    "delivery": "What was to go outside, and what became of it.",
    "secret": "The key of a local store: recover, rotate.",
    "doctor": "Check the store and what it stands on.",
    "backup": "The whole store in one encrypted file; check one.",
    "restore": "Make a store from a backup, in an empty place.",
    "migrate": "Bring a store up to this program.",
}
ALIASES: Final = {"case": "matter"}

EPILOG: Final = (
    "The options above may stand before or after the noun and its command. Exit status: 0 done, 1 refused or "
    "something found, 2 wrong usage, 3 store out of reach. Example: casedesk demo"
)


class LazyNouns(TyperGroup):
    """A group that knows its commands by name and one line each, and loads a command's file when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in NOUNS:
            return None
        return _loaded(name)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Options"):
            formatter.write_dl([*listed(), ("-h, --help", "Show this message and exit.")])
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(NOUNS.items()))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name = args[0]
        if self.get_command(ctx, name) is None:
            ctx.fail(_no_such(name))
        return super().resolve_command(ctx, args)


@cache
def _loaded(name: str) -> Any:
    module = importlib.import_module(f"casedesk.cli.nouns.{name}")
    return typer.main.get_command(module.app)


def _no_such(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [*NOUNS, *ALIASES], n=1)
    return f"There is no command {name!r}." + (f" Did you mean {near[0]!r}?" if near else "")


def _begin(ctx: typer.Context) -> None:
    """A terminal desk for immigration law firms. Without a command it opens the desk."""
    if ctx.invoked_subcommand is None:
        from casedesk.cli.nouns.open import open_screens

        open_screens(of(ctx))


@cache
def root() -> Any:
    """The root command, built once."""
    app = noun("", cls=LazyNouns)
    app.callback(invoke_without_command=True, epilog=EPILOG)(_begin)
    return typer.main.get_command(app)

"""`casedesk keys`: the key map in force, screen by screen, and what of a person's own keys cannot be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casedesk.cli.paper import Paper

app = noun("The desk's keys.")


@app.command("keys")
def keys(
    ctx: typer.Context,
    map: Annotated[
        str | None, typer.Option("--map", metavar="arrows|vim", help="As they would be in this map.")
    ] = None,
) -> None:
    """Print every key of every screen as it works now, and what is wrong with your own. Exit status 1 where something is.

    Your own stand in the file that is named at the end: `map = "vim"` under [keys], ids and keys under [keys.bind].

    Example: casedesk keys --map vim
    """
    from casedesk.screens import config, key_findings, keyboard, keymap

    if map is not None and map not in keymap.maps():
        raise typer.BadParameter(f"{map!r} is no key map.", param_hint="'--map'")
    session = of(ctx)
    now, findings = key_findings.effective(name=map)
    screens = [
        {
            "screen": place.name,
            "title": place.title,
            "keys": [
                {
                    "id": each.id,
                    "keys": now.keys(each.id).split(","),
                    "does": each.label,
                    "moved": each.id in now.moved,
                }
                for each in place.keys
            ],
        }
        for place in keyboard.places()
    ]
    said = {"map": now.name, "config": str(config.path()), "screens": screens, "findings": list(findings)}
    session.say(said, _drawn)
    session.status = 1 if findings else 0


def _drawn(said: dict[str, Any], paper: Paper) -> Iterator[str]:
    from casedesk.screens.keymap import shown

    for screen in said["screens"]:
        yield f"{screen['title'][0].upper()}{screen['title'][1:]}"
        rows = [
            (
                "  " + " ".join(shown(key) for key in each["keys"]),
                each["does"],
                each["id"],
                "moved" if each["moved"] else "",
            )
            for each in screen["keys"]
        ]
        yield from list(paper.table(("", "", "", " "), rows, give=()))[1:]
        yield ""
    yield f"Map: {said['map']}. Yours: {said['config']}"
    yield from (f"! {finding.message}" for finding in said["findings"])

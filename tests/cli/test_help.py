"""Every command is documented, and help costs next to nothing."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from casedesk.cli.app import NOUNS, root
from tests.cli.conftest import Run

HEAVY = (
    "pydantic",
    "sqlalchemy",
    "sqlmodel",
    "textual",
    "rich",
    "alembic",
    "cryptography",
    "casedesk.desk",
    "casedesk.store",
)


def commands() -> Iterator[tuple[str, Any]]:
    def below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        children = getattr(command, "commands", {})
        if not children:
            yield path, command
        for name, child in children.items():
            yield from below(f"{path} {name}", child)

    for name in NOUNS:
        yield from below(f"casedesk {name}", root().get_command(None, name))


ALL = dict(commands())


def test_the_issues_commands_are_there() -> None:
    wanted = """
        demo open find doctor worker note call migrate
        person+add person+list person+role person+absence person+cover person+leave
        matter+open matter+list matter+show matter+link matter+close matter+form+add matter+form+list
        document+receive document+list document+show document+match document+get
        task+list task+show task+ack task+start task+wait task+hand-off task+reassign task+complete task+undo
        task+tick task+waive draft+submit review+list review+show review+return review+approve
        signature+list signature+add signature+sent signature+back signing+enrol
        packet+assemble packet+verify filing+ship filing+upload filing+deliver filing+receipt filing+reject
        deadline+rules deadline+compute deadline+add deadline+list deadline+confirm deadline+met
        message+list message+show message+approve message+copy message+sent
        audit+list audit+verify audit+head audit+export
    """
    assert [name for name in wanted.split() if f"casedesk {name.replace('+', ' ')}" not in ALL] == []


@pytest.mark.parametrize("path", ALL)
def test_a_command_says_what_it_does_and_gives_an_example_of_itself(path: str) -> None:
    text = " ".join((ALL[path].help or "").split())
    said, example, call = text.partition("Example: ")
    assert said.strip().endswith(".")
    assert example
    assert call.startswith(path)


@pytest.mark.parametrize("path", ALL)
def test_every_option_and_argument_is_explained(path: str) -> None:
    assert [
        param.name for param in ALL[path].params if not (getattr(param, "help", None) or "").strip()
    ] == []


@pytest.mark.parametrize("path", [path for path in ALL if path.endswith(" list")])
def test_every_list_can_be_paged(path: str) -> None:
    assert {"limit", "after"} <= {param.name for param in ALL[path].params}


@pytest.mark.parametrize("noun", NOUNS)
def test_help_of_every_noun_works_and_matches_the_table(noun: str, run: Run) -> None:
    assert run(noun, "--help").status == 0
    assert importlib.import_module(f"casedesk.cli.nouns.{noun}").app is not None


def imported(*words: str) -> set[str]:
    """What a process of its own has imported after running these words."""
    script = (
        "import json, sys; from casedesk.cli import main; status = main(json.loads(sys.argv[1])); "
        "print('\\n' + json.dumps([status, sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(words)], capture_output=True, text=True, check=True
    )
    status, modules = json.loads(done.stdout.splitlines()[-1])
    assert status == 0
    return set(modules)


def test_help_loads_no_noun_and_nothing_heavy() -> None:
    modules = imported("--help")
    assert [name for name in modules if name.startswith("casedesk.cli.nouns")] == []
    assert [name for name in HEAVY if name in modules] == []


def test_the_version_needs_not_even_typer() -> None:
    assert [name for name in ("typer", *HEAVY) if name in imported("--version")] == []


@pytest.mark.parametrize("words", [("task", "list", "--help"), ("demo", "--help"), ("matter", "--help")])
def test_a_nouns_help_loads_no_desk_and_no_store(words: tuple[str, ...]) -> None:
    # Typer itself coerces defaults with pydantic as soon as a command has a typed option.
    loaded = imported(*words)
    assert [name for name in HEAVY if name in loaded and name != "pydantic"] == []


def test_counting_a_deadline_needs_no_store() -> None:
    modules = imported("deadline", "compute", "D-01", "--from", "2026-11-02", "--served", "mail")
    assert [name for name in ("sqlalchemy", "sqlmodel", "textual", "casedesk.store") if name in modules] == []

"""The desk's own file on this machine: what a person has set for themselves, read when the desk opens."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from casedesk.refusal import Refusal
from casedesk.screens.keymap import ARROWS

CONFIG = "CASEDESK_CONFIG"
"""The environment's name for the file, where it is not in the system's own place for settings."""
MOST_BYTES = 100_000


class KeySettings(BaseModel):
    """`map` is a shipped map; `bind` gives ids other keys: a text with commas, or a list of keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    map: str = ARROWS
    bind: Mapping[str, str] = {}

    @field_validator("bind", mode="before")
    @classmethod
    def _flat(cls, value: Any) -> Any:
        """`queue.next = "x"` without quotes round the id is a table in TOML: both ways of writing are meant alike."""
        return dict(_flattened("", value)) if isinstance(value, dict) else value


class Settings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: KeySettings = KeySettings()
    section: tuple[Any, ...] = ()
    """Saved sections of the queue. Each is checked by itself (`saved.read`): a wrong one takes nothing else with it."""


def path() -> Path:
    """Where the file is, or would be: `CASEDESK_CONFIG`, else the user's own folder for settings."""
    named = os.environ.get(CONFIG)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("casedesk", appauthor=False) / "config.toml"


def read() -> Settings:
    """What is set; nothing where there is no file. Raises `Refusal("bad_config")` for a file that cannot be taken."""
    file = path()
    try:
        data = file.read_bytes()[: MOST_BYTES + 1]
        if len(data) > MOST_BYTES:
            raise _bad(file, "is too long for settings")
        return Settings.model_validate(tomllib.loads(data.decode("utf-8-sig")))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise _bad(file, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _bad(file, "is not written in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _bad(file, f"is not TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(each) for each in first["loc"])
        what = "is not known" if first["type"] == "extra_forbidden" else f"is wrong: {first['msg']}"
        raise _bad(file, f"says {where}, which {what}") from None


def _bad(file: Path, what: str) -> Refusal:
    return Refusal(
        "bad_config", f"{file} {what}.", "Correct it, or take the file away; `casedesk keys` reads it."
    )


def _flattened(before: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        name = f"{before}.{key}" if before else key
        if isinstance(each, dict):
            yield from _flattened(name, each)
        elif isinstance(each, list) and all(isinstance(one, str) for one in each):
            yield name, ",".join(each)
        else:
            yield name, each

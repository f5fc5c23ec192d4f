"""A small reader of calendar text (RFC 5545), written apart from what the desk writes it with: a second opinion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

_ESCAPED = re.compile(r"\\([\\;,nN])")
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")


@dataclass
class Line:
    """One property: its value as it stands, and its parameters."""

    value: str
    params: dict[str, str]

    @property
    def text(self) -> str:
        return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value)


@dataclass
class Part:
    """A component: its properties by name (each may stand more than once) and what lies in it."""

    name: str
    lines: dict[str, list[Line]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)

    def one(self, name: str) -> Line:
        (line,) = self.lines[name]
        return line

    def all(self, name: str) -> list[Part]:
        return [part for part in self.parts if part.name == name]


def read(text: str) -> Part:
    """The calendar in `text`. Fails for what RFC 5545 does not allow: line ends, line lengths, unpaired components."""
    assert text.endswith("\r\n"), "lines end with CRLF"
    assert "\n" not in text.replace("\r\n", ""), "and with nothing else"
    for physical in text.split("\r\n"):
        assert len(physical.encode()) <= 75, physical
    unfolded = text.replace("\r\n ", "").replace("\r\n\t", "")
    root = Part("")
    open_parts = [root]
    for line in filter(None, unfolded.split("\r\n")):
        name, params, value = _split(line)
        if name == "BEGIN":
            part = Part(value.upper())
            open_parts[-1].parts.append(part)
            open_parts.append(part)
        elif name == "END":
            assert open_parts.pop().name == value.upper()
        else:
            open_parts[-1].lines.setdefault(name, []).append(Line(value, params))
    assert open_parts == [root]
    (calendar,) = root.parts
    assert calendar.name == "VCALENDAR"
    assert calendar.one("VERSION").value == "2.0"
    return calendar


def _split(line: str) -> tuple[str, dict[str, str], str]:
    quoted, colon = False, -1
    for at, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            colon = at
            break
    assert colon > 0, line
    name, *params = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', line[:colon])
    pairs = (param.partition("=") for param in params)
    return name.upper(), {key.upper(): value.strip('"') for key, _, value in pairs}, line[colon + 1 :]


def day(line: Line) -> date:
    """A whole day."""
    assert line.params.get("VALUE") == "DATE"
    return datetime.strptime(line.value, "%Y%m%d").replace(tzinfo=UTC).date()


def moment(calendar: Part, line: Line) -> datetime:
    """A local time as an instant, by the rules that the calendar itself carries for its zone."""
    local = datetime.strptime(line.value.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    if line.value.endswith("Z"):
        return local
    (zone,) = [z for z in calendar.all("VTIMEZONE") if z.one("TZID").value == line.params["TZID"]]
    changes = []
    for rule in zone.parts:
        for onset in [rule.one("DTSTART"), *rule.lines.get("RDATE", [])]:
            for stamp in onset.value.split(","):
                begins = datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                changes.append((begins, _offset(rule.one("TZOFFSETTO").value)))
    before = [offset for begins, offset in sorted(changes) if begins <= local]
    return local - before[-1]


def _offset(text: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    assert found is not None, text
    return (1 if found[1] == "+" else -1) * timedelta(hours=int(found[2]), minutes=int(found[3]))

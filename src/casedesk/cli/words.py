"""What stands in an argument: dates, instants, points, signatures and licences, and the options every noun shares."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer

MOST_ROWS: Final = 10_000
"""How many rows are read where a page is cut from a whole listing: a small firm's packets and filings fit in it."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(text: str) -> date:
    """A legal date, `YYYY-MM-DD` and nothing else."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not a date like 2026-11-30.")


def moment(text: str) -> date | datetime:
    """A date, or an instant (`2026-11-09T14:40:00Z`); one without a zone is on the office's clock."""
    if _DAY.fullmatch(text):
        return day(text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a date like 2026-11-30 nor an instant like 2026-11-30T15:00:00Z."
        ) from None


def aware(given: date | datetime, zone: str) -> date | datetime:
    """What `moment` read, an instant in UTC, a date as it is."""
    if not isinstance(given, datetime):
        return given
    return (given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def within_day(given: date | datetime, zone: str, now: datetime) -> datetime:
    """What `moment` read as an instant: for a date the end of that day in `zone`, for today's the instant `now`."""
    known = aware(given, zone)
    if isinstance(known, datetime):
        return known
    office = ZoneInfo(zone)
    if known == now.astimezone(office).date():
        return now
    begins = datetime.combine(known + timedelta(days=1), time(), office)
    return begins.astimezone(UTC) - timedelta(minutes=1)


def since_of(given: date | datetime, zone: str) -> datetime:
    """What `moment` read as an instant: for a date the beginning of that day in `zone`."""
    known = aware(given, zone)
    if isinstance(known, datetime):
        return known
    return datetime.combine(known, time(), ZoneInfo(zone)).astimezone(UTC)


def point(text: str) -> tuple[str, str, str]:
    """`ID=yes` or `ID=no:COMMENT` as (id, "yes" or "no", comment)."""
    name, equals, said = text.partition("=")
    answer, _, comment = said.partition(":")
    if not name.strip() or not equals or answer.strip().lower() not in ("yes", "no"):
        raise typer.BadParameter(f"{text!r} is not like ID=yes or ID=no:COMMENT.")
    return name.strip(), answer.strip().lower(), comment.strip()


def signature(text: str) -> tuple[str, str, str]:
    """`FORM:PART:PERSON`, what is to be signed and by whom."""
    parts = [part.strip() for part in text.split(":", 2)]
    if len(parts) != 3 or not all(parts):
        raise typer.BadParameter(f"{text!r} is not like FORM:PART:PERSON (I-485:Part 10:Rosa Ibarra).")
    return parts[0], parts[1], parts[2]


def licence(text: str) -> tuple[str, str, str, date | None]:
    """`KIND:NUMBER:JURISDICTION`, with `:YYYY-MM-DD` when it expires."""
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (3, 4) or not all(parts):
        raise typer.BadParameter(
            f"{text!r} is not like KIND:NUMBER:JURISDICTION (attorney:123456:NY), an expiry date may follow."
        )
    return parts[0], parts[1], parts[2], day(parts[3]) if len(parts) == 4 else None


Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most so many rows.")]
After = Annotated[str | None, typer.Option(metavar="ID", help="Only what comes after this id or reference.")]
OfMatter = Annotated[str | None, typer.Option("--matter", metavar="REF", help="Only of this matter.")]
MatterRef = Annotated[
    str, typer.Argument(metavar="MATTER", help="A matter: M-2026-0042, its id, or a receipt number.")
]
TaskRef = Annotated[str, typer.Argument(metavar="TASK", help="A task: T-1F3K9A, or its id.")]
ReviewRef = Annotated[str, typer.Argument(metavar="REVIEW", help="A review, by reference or id.")]
PacketRef = Annotated[str, typer.Argument(metavar="PACKET", help="A packet, by reference or id.")]
DocumentRef = Annotated[str, typer.Argument(metavar="DOCUMENT", help="A document, by reference or id.")]
Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="A person's handle.")]

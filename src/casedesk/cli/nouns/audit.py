"""`casedesk audit`: the trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from casedesk.cli.kit import noun
from casedesk.cli.session import of, write_file
from casedesk.cli.words import Limit, MatterRef, OfMatter, aware, moment

if TYPE_CHECKING:
    from casedesk.cli.paper import Paper
    from casedesk.desk.delays import Gap, MatterDelays
    from casedesk.desk.seal_check import Known
    from casedesk.desk.views.record import AuditVerdict, AuditView

app = noun("The trail: list, verify, head, export, delays.")


@app.command("list")
def list_(
    ctx: typer.Context,
    matter: OfMatter = None,
    actor: Annotated[str | None, typer.Option(metavar="HANDLE", help="Only what this person did.")] = None,
    action: Annotated[
        str | None, typer.Option(metavar="ACT", help="Only such acts: task.done, or task for all of them.")
    ] = None,
    since: Annotated[
        Any, typer.Option(parser=moment, metavar="WHEN", help="Only from this day or instant on.")
    ] = None,
    until: Annotated[
        Any, typer.Option(parser=moment, metavar="WHEN", help="Only before this day or instant.")
    ] = None,
    limit: Limit = 50,
    after: Annotated[
        str | None, typer.Option(metavar="STREAM#SEQ", help="Only older entries than this one.")
    ] = None,
) -> None:
    """List the trail, newest first: a matter's, your own with --actor, all of it for a manager.

    Example: casedesk audit list --matter M-2026-0042 --action task --since 2026-11-01
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        rows = desk.read(
            trail.listing,
            matter=matter,
            actor=actor,
            action=action,
            since=_begins(since, desk.zone),
            until=_begins(until, desk.zone),
            limit=limit,
            before=after,
        )
    session.say_rows(rows, limit, _table, "Nothing on the trail here.")


@app.command()
def verify(
    ctx: typer.Context,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|HASH", help="A head kept elsewhere: the output of `audit head --json`, or a hash."
        ),
    ] = None,
    export_file: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Verify an exported trail; needs no store."),
    ] = None,
) -> None:
    """Recompute the whole trail and its seals, and hold them against the last seal this machine saw.

    Exit status 1 when anything was changed; the first entry or seal that does not hold is named.

    Example: casedesk audit verify --against head.json
    """
    from casedesk.cli.keeping import keeping

    session = of(ctx)
    kept = None if against is None else _kept(against)
    if export_file is not None:
        verdict = _exported(export_file, None if kept is None else kept.hash)
    else:
        with session.desk() as desk:
            verdict = keeping(session, desk).verify(() if kept is None else (kept,))
    if not verdict.ok:
        session.status = 1
    session.say(verdict, _verdict)


@app.command()
def head(ctx: typer.Context) -> None:
    """Print the trail's head, to keep where nobody can change it.

    Example: casedesk audit head --json
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(trail.head)
    session.say(found, _pairs)


@app.command()
def export(
    ctx: typer.Context,
    matter: MatterRef,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to this file; else it is printed.")
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="For whom and why; it goes on record.")] = "",
) -> None:
    """Export a matter's trail as JSON that can be verified on its own. The export is put on record.

    Example: casedesk audit export M-2026-0042 --out trail.json --reason "File request of the client"
    """
    from casedesk.desk import trail

    session = of(ctx)
    with session.desk() as desk:
        found = desk.write(trail.hand_out, matter, reason=reason)
    if out is None:
        typer.echo(found.data.decode("ascii"), nl=False)
        return
    written = write_file(str(out), found.data)
    session.say(
        {"matter": found.matter, "out": written, "record": found.record, "entries": found.entries},
        lambda said, _: [
            f"The trail of {found.matter} is written to {written}; on record as {found.record}."
        ],
    )


@app.command()
def delays(ctx: typer.Context, matter: MatterRef) -> None:
    """Show where a matter's work lay: with whom, in which stage, for how long, and the longest gap.

    Example: casedesk audit delays M-2026-0042
    """
    from casedesk.desk import delays as reading

    session = of(ctx)
    with session.desk() as desk:
        found = desk.read(reading.of_matter, matter)
    session.say(found, _delays)


@app.command()
def accept(
    ctx: typer.Context,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why the record is another one than before.")
    ] = "",
) -> None:
    """Let this machine begin anew from what the store says now, after a backup was put back. On record.

    Example: casedesk audit accept --reason "Restored from the backup of 12 November"
    """
    from casedesk.cli.keeping import keeping

    session = of(ctx)
    with session.desk() as desk:
        newest = keeping(session, desk).accept(reason)
    session.say(
        {"seal": newest},
        lambda said, paper: [
            "This machine now goes on from "
            + ("a store without seals." if newest is None else f"seal {newest.seq}, {newest.hash}.")
        ],
    )


# -- within -------------------------------------------------------------------------------------------------------


def _begins(given: date | datetime | None, zone: str) -> datetime | None:
    """An instant as given; a day at its beginning on the office's clock."""
    if given is None:
        return None
    known = aware(given, zone)
    if isinstance(known, datetime):
        return known
    return datetime.combine(known, time(), ZoneInfo(zone)).astimezone(UTC)


def _kept(against: str) -> Known:
    """A head kept elsewhere: a seal's hash, or the file that `audit head --json` filled."""
    import json
    import re

    from casedesk.desk.seal_check import Known

    text = against.strip()
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return Known(text.lower(), "that was kept")
    try:
        found = json.loads(Path(text).expanduser().read_text(encoding="utf-8"))
        seq, digest = found["seal"], found["seal_hash"]
    except OSError as error:
        raise typer.BadParameter(f"{text} is neither a hash nor a file: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError):
        raise typer.BadParameter(f"{text} is not what `casedesk audit head --json` printed.") from None
    if not isinstance(seq, int) or not isinstance(digest, str):
        raise typer.BadParameter(
            f"{text} was kept before the first seal; there is nothing to compare it with."
        )
    return Known(digest, f"that was kept in {Path(text).name}", seq)


def _exported(path: Path, against: str | None) -> AuditVerdict:
    import json

    from casedesk.desk import trail

    try:
        found = json.loads(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise typer.BadParameter(f"{path} cannot be read: {why}.") from None
    return trail.verify_export(found if isinstance(found, dict) else {}, against)


def _table(rows: Sequence[AuditView], paper: Paper) -> Iterator[str]:
    yield from paper.table(
        ("SEQ", "WHEN", "WHO", "WHAT", "ABOUT", "HASH"),
        [
            (str(view.seq), paper.at(view.at), view.actor, view.action, view.subject, view.hash[:12])
            for view in rows
        ],
        give=("ABOUT",),
    )
    last = rows[-1]
    yield f"Older entries: --after {last.stream}#{last.seq}"


def _verdict(view: AuditVerdict, paper: Paper) -> Iterator[str]:
    from casedesk.cli.paper import counted

    if view.ok:
        yield (
            f"The trail holds: {view.entries} entries under {counted(view.seals, 'seal')}, none changed."
            if view.seals
            else f"The trail holds: {view.entries} entries, none changed. No seal is over them yet."
        )
    else:
        yield "The trail was changed. The first thing that does not hold:"
        yield from _pairs(view.first_bad or {}, paper)


def _pairs(found: dict[str, Any], paper: Paper) -> Iterator[str]:
    yield from paper.facts(
        (name.replace("_", " "), paper.at_zone(value) if isinstance(value, datetime) else value)
        for name, value in found.items()
    )


def _delays(view: MatterDelays, paper: Paper) -> Iterator[str]:
    if not view.tasks:
        yield f"No task was ever opened on {view.matter}."
        return
    for task in view.tasks:
        until = f"closed {paper.at(task.closed)}" if task.closed else "open"
        yield f"{task.task}  {task.kind}, opened {paper.at(task.opened)}, {until}"
        for stay in task.stays:
            on = f" on {stay.on}" if stay.on else ""
            yield (
                f"    {_long(stay.business_minutes, stay.elapsed_minutes):<30}  {stay.stage}{on}, with {stay.who},"
                f" from {paper.at(stay.since)}"
            )
        for move in task.moves:
            why = f": {move.reason}" if move.reason else ""
            yield f"    {paper.at(move.at)}  {move.how} from {move.of} to {move.to} by {move.by}{why}"
        for fired in task.escalations:
            yield f"    {paper.at(fired.at)}  {fired.what}, told {', '.join(fired.told) or 'nobody'}"
    yield ""
    yield from paper.table(
        ("WHO", "STAGE", "BUSINESS TIME", "REAL TIME"),
        [
            (share.who, share.stage, _hours(share.business_minutes), _hours(share.elapsed_minutes))
            for share in view.shares
        ],
    )
    if view.longest is not None:
        yield f"The longest gap: {_gap(view.longest, paper)}"


def _gap(gap: Gap, paper: Paper) -> str:
    how = f"{gap.task} ({gap.kind}) lay {_long(gap.business_minutes, gap.elapsed_minutes)}"
    return (
        f"{how} with {', '.join(gap.who)}, {', '.join(gap.stages)}, from {paper.at(gap.since)} to"
        f" {paper.at(gap.until) if gap.before else 'now'}."
    )


def _long(business: int | None, elapsed: int) -> str:
    return f"{_hours(business)} of business ({_hours(elapsed)})"


def _hours(minutes: int | None) -> str:
    """`26 h 05 min`, `12 min`; a question mark where the office's calendar does not reach."""
    if minutes is None:
        return "?"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"

"""What the firm needs of a client: asked in their language, followed up, and each thing ticked as it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casedesk.desk import asked, cards, compose, contact, engine, gestures, request_rows, standing_in, tasks
from casedesk.desk.apply import About, open_task
from casedesk.desk.request_rows import CLOSED, FIRST, FOLLOWING, Standing
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.models.enums import NO_AUTOMATIC_MESSAGE, ItemState, MessageState, OwnerKind
from casedesk.refusal import NotFound, Refusal, WrongUsage
from casedesk.routing.effects import OpenItem, OpenTask
from casedesk.store.unit_of_work import micros

STATES = ("awaiting_approval", "open", "answered", "closed")
MOST_ASKED = 40
HOURS = 0.5
KIND = "information_request"


@dataclass(frozen=True)
class AskedView:
    """One thing asked for. `state`: open, in, waived, or dropped (no longer asked for, with the `reason`)."""

    id: str
    text: str
    words: str
    state: str
    document: str | None
    reason: str


@dataclass(frozen=True)
class RequestView:
    """`asked` is the day the first word of it went out, `ask_again` the day of the next; `round` counts its messages."""

    id: str
    ref: str
    matter: str
    caption: str
    task: str
    to: str
    channel: str
    language: str
    state: str
    asked: date | None
    ask_again: date | None
    round: int
    items: tuple[AskedView, ...]
    messages: tuple[dict[str, str], ...]
    contact_rules: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def send(
    turn: Turn,
    where: str,
    items: Sequence[str] = (),
    *,
    papers: Sequence[str] = (),
    questions: Sequence[str] = (),
    words: Mapping[str, str] | None = None,
    to: str | None = None,
    again: date | None = None,
    request_id: str | None = None,
) -> RequestView:
    """Ask a client for what a task needs; the letter awaits its release like any other, and the task waits.

    `where` is a task, and `items` lines of its checklist: without any it is what its playbook has the client bring, or a
    notice asks for, and is still open. `papers` and `questions` are asked for besides, as lines of their own that hold up
    nothing. For a matter they are the whole request, on a task of its own with the primary paralegal. `words` are how the
    client is asked for a line, by its code; `to` a party other than the one the matter's messages go to; `again` the day
    on which people are asked again (the playbook's, else the firm's). Raises `Refusal` where nothing is left to ask for,
    a request is open already, or the letter cannot be made.
    """
    turn.require_inside("Asking a client for something")
    before = None if request_id is None else turn.uow.one("engine.event_of_request", request_id=request_id)
    if before is not None:
        return show(turn, before.subject)
    own = _named(papers, "The paper", wants_file=True) + _named(questions, "The question", wants_file=False)
    task, chosen = _task(turn, where, tuple(items), own)
    if task is None:
        task = _own_task(turn, turn.matter(where), own)
        chosen = list(turn.uow.all("task.items", task_id=task.id))
    said = _words(chosen, words or {})
    until = _until(turn, task, again)
    about, release = _about(turn, task)
    party_id = _party(turn, task, to)
    # A task begun here has its row written before the letter that names it.
    letter = _letter(turn, FIRST, release, about, party_id, _things(chosen, said), until)
    request_rows.write(
        turn,
        request_rows.SENT,
        letter.id,
        task,
        task.matter_id,
        1,
        request_id,
        {
            "items": [line.code for line in chosen],
            "words": said,
            "message": letter.ref,
            "again_us": micros(until),
        },
    )
    turn.uow.audit(
        "request.sent", letter.ref, matter_id=task.matter_id, task=task.ref, items=[i.code for i in chosen]
    )
    stood = gestures.standing(turn, task.id)
    request_rows.rest(turn, task, until)
    gestures.gesture(turn, task, "request", stood)
    return show(turn, letter.ref)


def listing(
    turn: Turn,
    *,
    matter: str | None = None,
    state: str | None = "open",
    limit: int = 50,
    after: str | None = None,
) -> tuple[RequestView, ...]:
    """Requests, newest first. `state` "open" is what people still wait for, released or not; None or "all" everything."""
    wanted = _states(state)
    most = asked.page(limit)
    last = None if after is None else _find(turn, after).letters[0]
    place = (None, 0) if last is None else (last.created_us, last.id)
    matter_id = None if matter is None else turn.matter(matter).id
    found: list[RequestView] = []
    while len(found) < most:
        rows = turn.uow.all(
            "request.letters",
            matter_id=matter_id,
            after_us=place[0],
            after_id=place[1],
            limit=asked.MOST_ROWS,
        )
        for row in rows:
            standing = request_rows.of_letter(turn, row.id)
            if standing is not None and standing.state in wanted:
                found.append(_view(turn, standing))
        if len(rows) < asked.MOST_ROWS:
            break
        place = (rows[-1].created_us, rows[-1].id)
    return tuple(found[:most])


def show(turn: Turn, ref: str) -> RequestView:
    """One request, by its message, its id, or a task that waits for it."""
    return _view(turn, _find(turn, ref))


def of_task(turn: Turn, task: str) -> RequestView | None:
    """The request that a task waits for, None where there is none."""
    standing = request_rows.of_task(turn, tasks.row_of(turn, task))
    return None if standing is None else _view(turn, standing)


def of_matters(turn: Turn, matters: Iterable[str]) -> dict[str, RequestView]:
    """The requests of some matters, by the ref of each of their messages."""
    found: dict[str, RequestView] = {}
    for name in dict.fromkeys(matters):
        for standing in request_rows.of_matter(turn, turn.matter(name).id):
            view = _view(turn, standing)
            found |= {letter["ref"]: view for letter in view.messages}
    return found


def usual(turn: Turn, task: str) -> tuple[str, ...]:
    """The lines of a task's checklist that a client is asked for where nobody names any, by their codes."""
    row = tasks.row_of(turn, task)
    return tuple(line.code for line in _usual(turn, row, turn.uow.all("task.items", task_id=row.id)))


def close(turn: Turn, what: str, reason: str) -> RequestView:
    """A request, or one thing of it (`REQUEST/ITEM`), is no longer asked for. What it was asked for stays on the
    checklist as it is: a required line is ticked or waived there."""
    turn.require_inside("Closing a request to a client")
    ref, slash, code = what.partition("/")
    standing = _find(turn, ref)
    why = asked.words(reason, "The reason")
    if not standing.is_open:
        raise Refusal(
            "request_closed", f"{standing.ref} is {standing.state}.", "See `casedesk request list`."
        )
    lines = standing.open_lines
    if slash:
        lines = tuple(line for line in lines if line.code == code.strip())
        if not lines:
            left = ", ".join(line.code for line in standing.open_lines)
            raise NotFound("open item", code, f"{standing.ref} still asks for: {left}.")
    codes = [line.code for line in lines]
    whole = len(lines) == len(standing.open_lines)
    request_rows.note(turn, standing, CLOSED, items=codes, all=whole, reason=why)
    turn.uow.audit(CLOSED, standing.ref, matter_id=standing.matter_id, items=codes, reason=why)
    if whole:
        letter = standing.letters[-1]
        if letter.state == MessageState.AWAITING_APPROVAL:
            from casedesk.desk import calling_off

            calling_off.letter(turn, letter, standing.matter_id, f"request closed: {why}")
        request_rows.go_on(
            turn, standing.task, f"Not asked for any more: {standing.task.title} {standing.task.ref}"
        )
    return show(turn, standing.ref)


def follow_up(turn: Turn, standing: Standing, until: datetime, asked_on: date) -> Any:
    """The letter that asks once more for what is still open; raises `Refusal` where it cannot be made."""
    about, release = _about(turn, standing.task)
    things = _things(standing.open_lines, standing.words)
    return _letter(turn, FOLLOWING, release, about, standing.to, things, until, asked_on=asked_on)


# --- within


def _named(texts: Sequence[str], what: str, *, wants_file: bool) -> list[OpenItem]:
    return [OpenItem("", asked.words(text, what), required=False, wants_file=wants_file) for text in texts]


def _task(turn: Turn, where: str, items: tuple[str, ...], own: list[OpenItem]) -> tuple[Any, list[Any]]:
    """The task that a request is for with the lines to ask for; None for a matter's own request."""
    row = turn.uow.one("task.find", ref=where.strip().upper(), id=id_of(where))
    if row is None:
        row = _collecting(turn, turn.matter(where), items, own)
    if row is None:
        return None, []
    if row.matter_id is None:
        raise Refusal("no_matter", f"{row.ref} belongs to no matter yet; there is no client to ask.", "")
    row = tasks.open_row(turn, row.ref, "ask the client for")
    there = request_rows.of_task(turn, row)
    if there is not None:
        raise Refusal(
            "request_open",
            f"{row.ref} waits already for what {there.ref} asks for.",
            f"Close that first, or ask on the matter itself: casedesk request send {row.matter_ref} --paper TEXT.",
        )
    if row.waiting_on == "review":
        raise Refusal("in_review", f"{row.ref} is in review.", f"Ask on the matter: {row.matter_ref}.")
    lines = turn.uow.all("task.items", task_id=row.id)
    chosen = [_line(row, lines, code) for code in dict.fromkeys(items)]
    if not items and not own:
        chosen = _usual(turn, row, lines)
    if len(chosen) + len(own) > MOST_ASKED:
        raise Refusal("too_many", f"A request asks for {MOST_ASKED} things at most.", "Name fewer.")
    chosen += _add(turn, row, lines, own)
    if not chosen:
        raise Refusal(
            "nothing_to_ask",
            f"Nothing that a client brings is open on {row.ref}.",
            "Name a line of its checklist, or what else is asked for with --paper or --question.",
        )
    return row, chosen


def _collecting(turn: Turn, matter: Any, items: tuple[str, ...], own: list[OpenItem]) -> Any:
    """Of a matter the one open task that collects papers, where nothing is named; None where things of one's own are."""
    if own and not items:
        return None
    found = turn.uow.all("request.collecting", matter_id=matter.id)
    if len(found) == 1:
        return turn.uow.need("task", found[0].ref, "task.find", ref=found[0].ref, id=0)
    if found:
        names = ", ".join(f"{t.ref} ({t.title})" for t in found)
        raise WrongUsage("which_task", f"Several tasks of {matter.ref} collect papers: {names}.", "Name one.")
    raise Refusal(
        "nothing_to_ask",
        f"No task of {matter.ref} collects papers.",
        "Say what is asked for with --paper or --question.",
    )


def _line(task: Any, lines: Sequence[Any], code: str) -> Any:
    found = next((i for i in lines if code.strip() in (i.code, opaque(i.id))), None)
    if found is None:
        raise NotFound("item", code, f"See `casedesk task show {task.ref}`.")
    if found.state != ItemState.OPEN:
        raise Refusal("not_open", f"{found.code} of {task.ref} is {found.state}.", "Ask for what is open.")
    return found


def _usual(turn: Turn, task: Any, lines: Sequence[Any]) -> list[Any]:
    """What is open on a checklist and is the client's to bring: by the playbook's own word, or asked for by a notice."""
    open_lines = [i for i in lines if i.state == ItemState.OPEN and not i.reserved]
    step = None
    if task.run_id is not None:
        _, playbook = engine.playbook_of(turn, task.run_id)
        step = next((s for s in playbook.step if s.id == task.step), None)
    if step is None:
        return [i for i in open_lines if i.wants_file]
    theirs = {paper.id for paper in step.documents if paper.brings in ("client", "employer")}
    others = {paper.id for paper in step.documents} - theirs
    asked_for = {i.code for i in open_lines if i.wants_file and i.code not in others}
    if step.fields:
        asked_for.add("fields")
    return [i for i in open_lines if i.code in theirs | asked_for]


def _add(turn: Turn, task: Any, lines: Sequence[Any], own: list[OpenItem]) -> list[Any]:
    """Lines of one's own at the end of a checklist; nothing waits for them but the request."""
    if not own:
        return []
    taken = {i.code for i in lines}
    names = [n for n in (f"asked-{k}" for k in range(1, len(taken) + len(own) + 1)) if n not in taken]
    named = list(zip(names, own, strict=False))
    turn.uow.insert_many(
        "task_item",
        [
            {
                "id": turn.uow.new_id(),
                "task_id": task.id,
                "position": len(lines) + position,
                "code": code,
                "text": item.text,
                "hint": "Asked of the client.",
                "required": 0,
                "reserved": 0,
                "wants_file": int(item.wants_file),
            }
            for position, (code, item) in enumerate(named, start=1)
        ],
    )
    added = {code for code, _ in named}
    return [i for i in turn.uow.all("task.items", task_id=task.id) if i.code in added]


def _own_task(turn: Turn, matter: Any, own: list[OpenItem]) -> Any:
    """A task of its own for what is asked on a matter: with its primary paralegal, or who covers for them."""
    paralegal = turn.owners(matter.id).get(OwnerKind.PRIMARY_PARALEGAL, turn.actor.id)
    owner, reason = turn.people[turn.actor.id], f"asked by {turn.actor.handle}"
    if paralegal in turn.people:
        owner, reason = standing_in.present(turn, turn.people[paralegal], matter.id, reason)
    effect = OpenTask(
        key=KIND,
        kind=KIND,
        title="Information from the client",
        playbook=None,
        playbook_version=None,
        step=None,
        owner=owner.id,
        owner_reason=reason,
        candidates=(),
        acknowledge_by=None,
        due=turn.calendar.end_of_business(
            turn.calendar.next_business_day(_in(turn, request_rows.firm_days(turn)))
        ),
        internal_due=None,
        agency_due=None,
        reserved=False,
        hours=HOURS,
        items=tuple(
            OpenItem(f"asked-{n}", item.text, required=False, wants_file=item.wants_file)
            for n, item in enumerate(own, start=1)
        ),
        timers=(),
    )
    about = About(
        event_id=0,
        subject=opaque(matter.id),
        matter_id=matter.id,
        matter_ref=matter.ref,
        priority=matter.priority,
    )
    return tasks.row_of(turn, open_task(turn, effect, about)["ref"])


def _in(turn: Turn, days: int) -> date:
    return date.fromordinal(turn.today.toordinal() + days)


def _words(lines: Sequence[Any], words: Mapping[str, str]) -> dict[str, str]:
    codes = {line.code for line in lines}
    for code in words:
        if code not in codes:
            raise NotFound("item asked for", code, f"It asks for: {', '.join(sorted(codes))}.")
    return {code: asked.words(text, f"How {code} is asked for") for code, text in words.items()}


def _things(lines: Iterable[Any], words: Mapping[str, str]) -> list[str]:
    """What the letter lists, in the client's words where somebody gave them."""
    return [words.get(i.code) or str(i.text).removeprefix("Recorded and checked: ") for i in lines]


def _until(turn: Turn, task: Any, again: date | None) -> datetime:
    if again is None:
        return request_rows.next_time(turn, task)
    moment = turn.calendar.start_of_business(turn.calendar.roll_forward(again))
    if moment <= turn.now:
        raise Refusal(
            "wake_up_past", "People are asked again later than now.", "Give a day ahead with --again."
        )
    return moment


def _about(turn: Turn, task: Any) -> tuple[About, str]:
    """What the letter is about, and who releases it: after an RFE, NOID, NOIR or denial an attorney every word."""
    about = About(event_id=0, subject=task.ref, matter_id=task.matter_id, matter_ref=task.matter_ref)
    if task.run_id is None:
        return about, "staff"
    run, _ = engine.playbook_of(turn, task.run_id)
    about.run_id, about.form_id = run.id, run.form_id
    notice = None if run.notice_id is None else turn.uow.one("document.notice", id=run.notice_id)
    return about, "attorney" if notice is not None and notice.kind in NO_AUTOMATIC_MESSAGE else "staff"


def _party(turn: Turn, task: Any, to: str | None) -> int | None:
    """Who is asked: who is named, else whose own the paper is that the work answers, else whom messages go to."""
    if to is not None:
        return cards.party_named(turn, turn.matter(task.matter_ref), to)
    notice = None if task.notice_id is None else turn.uow.one("document.notice", id=task.notice_id)
    owner = None if notice is None else turn.uow.one("family.owner", id=notice.document_id)
    return None if owner is None else int(owner.id)


def _letter(
    turn: Turn,
    template: str,
    release: str,
    about: About,
    party_id: int | None,
    things: list[str],
    until: datetime,
    **more: object,
) -> Any:
    from casedesk.documents.letters import TemplateFault

    bring_by = turn.calendar.previous_business_day(turn.calendar.today(until))
    values = {"items": things, "bring_by": max(bring_by, turn.today), **more}
    try:
        ref = compose.prepare(turn, template, release, about, to=party_id, more=values)
    except TemplateFault as fault:
        raise Refusal(
            "message_not_made",
            f"The letter to the client cannot be made: it needs {fault.field!r}, and the record has none.",
            "Enter it, and ask again.",
        ) from fault
    return turn.uow.need("message", ref, "message.find", ref=ref, id=0)


def _states(state: str | None) -> tuple[str, ...]:
    if state in (None, "all"):
        return STATES
    if asked.slug(str(state)) == "open":
        return ("open", "awaiting_approval")
    if asked.slug(str(state)) not in STATES:
        raise asked.unknown(str(state), "state of a request", (*STATES, "all"))
    return (asked.slug(str(state)),)


def _find(turn: Turn, ref: str) -> Standing:
    name = ref.strip().upper()
    letter = turn.uow.one("message.find", ref=name, id=id_of(ref))
    standing = None if letter is None else request_rows.with_letter(turn, letter)
    if standing is None:
        task = turn.uow.one("task.find", ref=name, id=id_of(ref))
        if task is not None and task.matter_id is not None:
            found = request_rows.of_matter(turn, task.matter_id, task_id=task.id)
            standing = next((s for s in found if s.is_open), found[-1] if found else None)
    if standing is None:
        raise NotFound("request", ref, "See `casedesk request list`.")
    return standing


def _view(turn: Turn, standing: Standing) -> RequestView:
    first, task = standing.letters[0], standing.task
    rules = contact.in_force(turn, standing.matter_id, first.party_id)
    again_us = standing.again_us if standing.is_open else None
    return RequestView(
        id=opaque(standing.id),
        ref=standing.ref,
        matter=task.matter_ref,
        caption=task.caption,
        task=task.ref,
        to=first.recipient,
        channel=first.channel,
        language=first.language,
        state=standing.state,
        asked=None if standing.asked_us is None else turn.calendar.today(instant(standing.asked_us)),
        ask_again=None if again_us is None else turn.calendar.today(instant(again_us)),
        round=standing.rounds,
        items=tuple(_asked(standing, line) for line in standing.lines),
        messages=tuple({"ref": g.ref, "state": g.state} for g in standing.letters),
        contact_rules=cards.contact_rules(rules),
        warnings=_warnings(turn, standing, rules) if standing.is_open else (),
    )


def _asked(standing: Standing, line: Any) -> AskedView:
    state = {"open": "open", "done": "in", "waived": "waived"}[line.state]
    reason = line.reason
    if state == "open" and line.code in standing.dropped:
        state, reason = "dropped", standing.dropped[line.code]
    return AskedView(
        line.code, line.text, standing.words.get(line.code, ""), state, line.document_ref, reason
    )


def _warnings(turn: Turn, standing: Standing, rules: Sequence[Any]) -> tuple[str, ...]:
    letter = standing.letters[-1]
    said: list[str] = []
    if letter.state not in (MessageState.SENT, MessageState.CANCELLED):
        because = contact.refusal_of(letter.recipient, rules, contact.channel_of(letter.channel))
        if because:
            said.append(f"A rule of contact forbids the way it would go. {because}")
    if letter.fallback:
        said.append("There is no letter in the client's language: this one is English.")
    english = [i.code for i in standing.open_lines if i.code not in standing.words and i.code[:6] != "asked-"]
    if letter.language != "en" and english:
        said.append(f"The letter is not in English, but these are: {', '.join(english)}.")
    return tuple(said)

"""How far each paper has come: the Request for Evidence at every stage, receipts, an appointment, an unknown notice.

Each story is told by the people of its matter through the desk's own use-cases. Offsets such as `3.5` are business
days before the demo's present.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casedesk.calendars.deadlines import compute
from casedesk.demo import notices
from casedesk.demo.cast import MATTERS, MatterPlan
from casedesk.demo.world import Story, World, trusted
from casedesk.desk import drafts, filings, messages, papers, reviews, signatures, tasks
from casedesk.desk.turn import Turn
from casedesk.desk.views.gate import Submitted
from casedesk.desk.views.papers import Received
from casedesk.desk.views.work import ItemView, TaskView
from casedesk.models.enums import Served

INTAKE = ("tfinn", "kpham")
ASK_EVERY = 9.0
"""Business days after which a client who has not brought the papers is asked again."""

TRIAGE = {
    "complexity": "simple",
    "strategy": "Answer with primary documents, item by item; no brief.",
    "ask": "What the notice lists, and a daytime telephone number.",
}
PLANS: Mapping[str, MatterPlan] = {plan.key: plan for plan in MATTERS}


@dataclass(frozen=True)
class Rfe:
    """One Request for Evidence: dated `dated` calendar days ago, here since `came`, and what has happened since when.

    A step left None has not happened. `evidence` is how many of the requested papers are in by `drafted`, or so far. `late`: the answer is due on the next
    business day, and the notice has only just come.
    """

    matter: str
    dated: int
    came: float
    acknowledged: bool = True
    triaged: bool = True
    late: bool = False
    evidence: int = 0
    drafted: float | None = None
    returned: float | None = None
    content: float | None = None
    signing: bool = False
    signed: float | None = None
    second: float | None = None
    signoff: float | None = None
    shipped: float | None = None
    delivered: float | None = None


RFES: tuple[Rfe, ...] = (
    Rfe("nguyen", dated=6, came=0.12, acknowledged=False, triaged=False),
    Rfe("sato", dated=9, came=1.6, acknowledged=False),
    Rfe("ortiz", dated=13, came=4.2, triaged=False),
    Rfe("ahmed", dated=74, came=0.45, triaged=False, late=True),
    Rfe("ibarra", dated=79, came=39.0, evidence=1),
    Rfe("okonjo", dated=35, came=19.2, evidence=2),
    Rfe("vo", dated=41, came=23.3, evidence=3, drafted=1.1),
    Rfe("silva", dated=44, came=26.6, evidence=3, drafted=4.4, returned=1.9),
    Rfe(
        "garcia",
        dated=46,
        came=28.4,
        evidence=3,
        drafted=5.8,
        content=3.7,
        signing=True,
    ),
    Rfe("liu", dated=49, came=30.1, evidence=3, drafted=4.9, content=2.2),
    Rfe(
        "wang",
        dated=54,
        came=33.7,
        evidence=2,
        drafted=8.3,
        returned=7.2,
        content=4.1,
        signing=True,
        signed=1.7,
        second=0.6,
    ),
    Rfe(
        "lopez",
        dated=57,
        came=35.5,
        evidence=2,
        drafted=9.4,
        content=7.6,
        second=5.7,
        signoff=3.4,
        shipped=0.8,
    ),
    Rfe(
        "tran",
        dated=60,
        came=37.8,
        evidence=2,
        drafted=14.2,
        content=12.3,
        second=10.6,
        signoff=8.5,
        shipped=7.3,
        delivered=5.4,
    ),
)
"""Just arrived; passed on because nobody acknowledged it; waiting for triage past its time; arrived late; in drafting
and overdue; waiting for the client; in content review; returned; waiting for a signature; at second review; waiting for
sign-off; on its way; delivered and watched."""


def answer_by(world: World, form: str, dated: date) -> date:
    """The last day to answer a request mailed that day: the longest time there is, as the desk counts it."""
    return compute(world.house.deadline_rules, "D-01", dated, served=Served.MAIL, buffer_days=7).due


def frame_of(world: World, key: str, form: str, dated: date) -> notices.About:
    """What the agency prints about a form of a matter."""
    plan = PLANS[key]
    found = next(f for f in plan.forms if f.form == form)
    assert found.receipt is not None
    assert found.received is not None
    received = world.day(found.received)
    return notices.About(found.receipt, form, plan.client, dated, received, plan.a_number)


def request(world: World, story: Rfe) -> tuple[str, bytes]:
    """The notice of one story, and its file's name."""
    form = PLANS[story.matter].forms[0].form
    dated = world.day(story.dated)
    due = world.calendar.next_business_day(world.today) if story.late else answer_by(world, form, dated)
    about = frame_of(world, story.matter, form, dated)
    return f"I-797E {about.receipt}.pdf", notices.rfe(about, due)


def rfe(world: World, story: Rfe, passphrase: str) -> Story:
    """From the inbox as far as the story says."""
    plan = PLANS[story.matter]
    yield world.ago(story.came)
    name, data = request(world, story)
    got = world.write(INTAKE[len(name) % 2], papers.receive, trusted(data, name))
    opened = {task["kind"]: task["ref"] for task in got.tasks}
    if story.acknowledged:
        yield world.ago(max(story.came - 0.3, 0.1))
        world.write(plan.paralegal, tasks.acknowledge, opened["rfe_intake"])
        yield world.ago(max(story.came - 0.7, 0.05))
        _finish(world, plan.paralegal, opened["rfe_intake"])
    if story.triaged:
        yield world.ago(max(story.came - 0.8, 0.04))
        _finish(world, plan.attorney, opened["rfe_triage"], notes=TRIAGE)
        yield from _tell_client(world, plan, got, story.came - 0.9)
    if story.acknowledged and story.triaged:
        yield from _gather(world, plan, story, got)
        if story.drafted is not None:
            yield from _gate(world, plan, story, got, passphrase)


def _tell_client(world: World, plan: MatterPlan, got: Received, when: float) -> Story:
    """The client's copy: released by the attorney, sent by the paralegal."""
    assert got.matter is not None
    (letter,) = [
        m for m in world.read(plan.paralegal, messages.listing, matter=got.matter) if "rfe" in m.template
    ]
    yield world.ago(when)
    world.write(plan.attorney, messages.approve, letter.ref)
    yield world.ago(when - 0.1)
    world.write(plan.paralegal, messages.sent, letter.ref, "e-mail")


def _gather(world: World, plan: MatterPlan, story: Rfe, got: Received) -> Story:
    """The client is asked, and asked again; the requested papers come in; with the last of them the list is ticked."""
    drafting, asking = _task(world, plan, got, "rfe_draft"), _task(world, plan, got, "rfe_evidence")
    items = world.read(plan.paralegal, tasks.show, drafting.ref).checklist
    wanted = [item for item in items if item.wants_file][: story.evidence]
    begin = story.came - 2.0
    end = begin / 3 if story.drafted is None else story.drafted + 0.6
    steps: list[tuple[float, ItemView | None]] = [
        (begin - (place + 1) / len(wanted) * (begin - end), item) for place, item in enumerate(wanted)
    ]
    until = 0.0 if story.drafted is None else end
    asked = story.came - 1.1
    while asked > until:
        steps.append((asked, None))
        asked -= ASK_EVERY
    for when, item in sorted(steps, key=lambda step: -step[0]):
        yield world.ago(when)
        if item is None:
            # Whoever is still waited for is asked again on a day that lies ahead.
            wake = world.calendar.add_days(world.clock(), 10)
            if when <= ASK_EVERY:
                wake = max(world.calendar.add_days(world.now, 2), wake if story.drafted else world.now)
            world.write(plan.paralegal, _ask, asking.ref, wake)
        else:
            page = notices.scan(plan.client, item.text[:84])
            paper = trusted(page, f"{item.id}-{plan.key}.png")
            world.write(plan.paralegal, tasks.tick, drafting.ref, item.id, prepared=paper)
    if story.drafted is not None:
        yield world.ago(story.drafted + 0.3)
        _finish(world, plan.paralegal, asking.ref)
        rest = [item.id for item in items if not item.wants_file]
        world.write(plan.paralegal, _tick_all, drafting.ref, rest)


def _ask(turn: Turn, ref: str, wake: datetime) -> None:
    tasks.tick(turn, ref, "asked")
    tasks.wait(turn, ref, on="client", wake=wake, note="Asked by e-mail and by telephone.")


def _tick_all(turn: Turn, ref: str, items: list[str]) -> None:
    for item in items:
        tasks.tick(turn, ref, item)


def _gate(world: World, plan: MatterPlan, story: Rfe, got: Received, passphrase: str) -> Story:
    """Draft, content review, signature, second review, sign-off, and out of the house."""
    assert story.drafted is not None
    drafting = _task(world, plan, got, "rfe_draft")
    yield world.ago(story.drafted)
    sent = _submit(world, plan, story, drafting, 1)
    if story.returned is not None:
        yield world.ago(story.returned)
        why = {"accuracy": "Since when exactly, and which exhibit shows it?"}
        world.write(sent.review_owner, reviews.send_back, sent.review, why)
        if story.content is None:
            return
        yield world.ago((story.returned + story.content) / 2)
        sent = _submit(world, plan, story, drafting, 2)
    if story.content is None:
        return
    yield world.ago(story.content)
    world.write(sent.review_owner, reviews.approve, sent.review)
    if story.signing:
        yield world.ago(story.content - 0.4)
        (slot,) = world.read(plan.paralegal, signatures.listing, packet=sent.packet)
        world.write(plan.paralegal, signatures.sent, slot.ref)
        if story.signed is None:
            return
        yield world.ago(story.signed)
        page = trusted(
            notices.scan("Form G-28, Part 4", f"signed by {_signer(plan)}"), f"signed-{plan.key}.png"
        )
        world.write(plan.paralegal, signatures.back, slot.ref, page)
    if story.second is None:
        return
    yield world.ago(story.second)
    ref, owner = _review(world, sent.packet, "second")
    world.write(owner, reviews.approve, ref)
    if story.signoff is None:
        return
    yield world.ago(story.signoff)
    ref, owner = _review(world, sent.packet, "signoff")
    world.write(owner, reviews.sign_off, ref, confirm=got.matter or "", passphrase=passphrase)
    yield from _send(world, plan, story, sent, got)


def _send(world: World, plan: MatterPlan, story: Rfe, sent: Submitted, got: Received) -> Story:
    if story.shipped is None:
        return
    yield world.ago(story.shipped)
    shipping = _task(world, plan, got, "rfe_file")
    world.write(plan.paralegal, tasks.tick, shipping.ref, "address")
    tracking = f"7712 04{story.dated:02d} 5518"
    world.write(plan.paralegal, filings.ship, sent.packet, carrier="FedEx", tracking=tracking)
    if story.delivered is not None:
        yield world.ago(story.delivered)
        world.write(plan.paralegal, filings.deliver, sent.packet)


def _submit(world: World, plan: MatterPlan, story: Rfe, drafting: TaskView, version: int) -> Submitted:
    """Hand in the cover letter; the second version answers the comment on the first."""
    since = "since 2019" if version == 1 else "since March 2019 (Exhibit A)"
    form = plan.forms[0]
    words = [
        f"RE: Form {form.form}, Receipt Number {form.receipt}, {plan.caption or plan.client}",
        "Dear Officer: enclosed please find the evidence you asked for, in the order of your request.",
        f"The papers enclosed show the facts as they have stood {since}.",
        "Respectfully submitted, Reyes & Okafor LLP",
    ]
    data = notices.letter("Response to the Request for Evidence", words)
    sign = (("G-28", "Part 4", _signer(plan)),) if story.signing and version == 1 else ()
    return world.write(
        plan.paralegal,
        drafts.submit,
        drafting.ref,
        (trusted(data, f"response-{plan.key}-v{version}.pdf"),),
        note="" if version == 1 else "Answers your comment on the accuracy.",
        sign=sign,
    )


def receipt_came(
    world: World, key: str, form: str, came: float, number: str, *, done: float | None = None
) -> Story:
    """A receipt notice, dated four days before it came. With `done` it was checked, and the client told."""
    plan = PLANS[key]
    yield world.ago(came)
    found = next(f for f in plan.forms if f.form == form)
    dated = world.calendar.roll_back(world.calendar.today(world.clock()) - timedelta(days=4))
    about = notices.About(
        number,
        form,
        plan.client,
        dated,
        world.calendar.roll_back(dated - timedelta(days=3)),
        plan.a_number,
    )
    name = f"I-797C {number}.pdf"
    paper = trusted(notices.receipt(about), name)
    where = None if found.receipt == number else world.refs[key]
    got = world.write("tfinn", papers.receive, paper, matter=where)
    if done is None:
        return
    yield world.ago(done)
    _finish(world, plan.paralegal, got.tasks[0]["ref"])
    assert got.matter is not None
    for letter in world.read(plan.paralegal, messages.listing, matter=got.matter, state="awaiting_approval"):
        world.write(plan.paralegal, messages.approve, letter.ref)
        world.write(plan.paralegal, messages.sent, letter.ref, "e-mail")


def biometrics_came(world: World, key: str, form: str, came: float) -> Story:
    """An appointment to be fingerprinted, a fortnight ahead, on a business day."""
    yield world.ago(came)
    day = world.day(-14)
    about = frame_of(world, key, form, world.day(6))
    at = f"{day:%A, %B} {day.day}, {day.year} at 9:00 AM, Application Support Center, 27-35 Jackson Avenue, Queens"
    name = f"I-797C {about.receipt} biometrics.pdf"
    world.write("kpham", papers.receive, trusted(notices.biometrics(about, at), name))


def unknown_came(world: World, came: float) -> Story:
    """A request with a number that is on no form of the firm's: it goes to a person, with a provisional date."""
    yield world.ago(came)
    dated = world.day(8)
    about = notices.About(
        "LIN2690204418",
        "I-140",
        "Cedar Hill Nurseries LLC",
        dated,
        world.day(170),
    )
    data = notices.rfe(about, answer_by(world, "I-140", dated))
    world.write("tfinn", papers.receive, trusted(data, "I-797E scan from the front desk.pdf"))


def photo_came(world: World, came: float) -> Story:
    """A photograph nobody can read by machine: stored, marked, and waiting for somebody to say what it is."""
    yield world.ago(came)
    page = trusted(
        notices.scan("Photograph from a client's telephone", "no number can be read"), "IMG_2217.png"
    )
    got = world.write("kpham", papers.receive, page)
    yield world.ago(came - 0.2)
    for task in got.tasks:
        owner = world.read("inovak", tasks.show, task["ref"]).task.owner
        world.write(owner, tasks.acknowledge, task["ref"])


def _signer(plan: MatterPlan) -> str:
    """Who signs for the client: the contact of an employer, else the client."""
    return next((name for role, name, _ in plan.parties if role == "employer_contact"), plan.client)


def _finish(world: World, who: str, ref: str, *, notes: Mapping[str, str] | None = None) -> None:
    """Tick a task's whole list and close it, in one go."""

    def through(turn: Turn) -> None:
        for item in tasks.show(turn, ref).checklist:
            if item.state == "open":
                tasks.tick(turn, ref, item.id, note=(notes or {}).get(item.id))
        tasks.complete(turn, ref)

    world.write(who, through)


def _task(world: World, plan: MatterPlan, got: Received, kind: str) -> TaskView:
    """The open task of that kind on the matter of a notice."""
    found = world.read(plan.paralegal, tasks.queue, scope="all", limit=500)
    return next(task for task in found if task.kind == kind and task.matter == got.matter)


def _review(world: World, packet: str, kind: str) -> tuple[str, str]:
    """The open review of that kind: its ref and its owner."""
    for found in world.read("jreyes", reviews.listing, limit=200):
        if found.packet == packet and found.kind == kind:
            return found.ref, found.owner
    raise LookupError(f"{packet} has no open {kind} review")

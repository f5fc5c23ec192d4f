"""A firm's random weeks: people work, forget, undo, go away and are late, and the clock goes on. By seed, so that one
that failed can be lived again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

from casedesk.desk import (
    closures,
    deadlines,
    filings,
    matters,
    messages,
    notes,
    papers,
    people,
    reviews,
    tasks,
)
from casedesk.desk.reading import Prepared
from casedesk.refusal import Refusal
from tests.support.firm import FirmFixture
from tests.support.rfe import notice, sqlite_stage

STAFF = ("mduarte", "bcole", "aokafor", "lchen", "jreyes", "inovak", "tfinn")
STAGES = ("opened", "received", "drafting", "content", "signing", "shipped", "delivered")
ACTS = 50


def live(seed: int, folder: Path, acts: int = ACTS) -> FirmFixture:
    """A store in `folder` in which so many acts were tried; close it at the end."""
    random = Random(seed)
    firm = sqlite_stage(random.choice(STAGES), folder).firm
    for handle in STAFF:
        desk = firm.desk(handle)
        # Ids and refs decide what is chosen of a list, so they come of the seed as well.
        desk.store = replace(desk.store, randbits=Random(f"{seed} {handle}").getrandbits)
    history = History(firm, random)
    for _ in range(acts):
        history.act()
    firm.clock.advance(days=random.randint(0, 12))
    return firm


@dataclass
class History:
    """Acts at random, by people at random; what the desk refuses did not happen."""

    firm: FirmFixture
    random: Random
    received: int = 0

    def act(self) -> None:
        do = self.random.choices(ALL, WEIGHTS)[0]
        self.firm.clock.advance(seconds=1)
        with suppress(Refusal):
            do(self)

    @property
    def anybody(self) -> str:
        return self.random.choice(STAFF)

    def time(self) -> None:
        minutes = self.random.choice((7, 45, 200, 600, 1440, 2 * 1440, 5 * 1440))
        self.firm.clock.advance(minutes=minutes)

    def sweep(self) -> None:
        self.firm.desk("inovak").sweep()

    def matter(self) -> None:
        self.firm.desk("mduarte").write(
            matters.open_matter,
            self.random.choice(("adjustment_of_status", "naturalization", "asylum")),
            f"Client {self.random.randrange(10_000)}",
            paralegal=self.random.choice(("mduarte", "bcole")),
            attorney=self.random.choice(("aokafor", "lchen")),
        )

    def call(self) -> None:
        matter = self._matter()
        self.firm.desk(self.anybody).write(notes.call, matter, "asked how it stands", callback=self.anybody)

    def paper(self) -> None:
        self.received += 1
        receipt = f"IOE09{self.random.randrange(10**8):08d}"
        if self.random.random() < 0.7:
            self.firm.desk("mduarte").write(matters.form_add, self._matter(), "I-485", receipt_number=receipt)
        self.firm.desk("tfinn").write(papers.receive, _notice(receipt))

    def work(self) -> None:
        rows = self.firm.desk("inovak").read(tasks.queue, scope="all")
        if not rows:
            return
        task = self.random.choice(rows)
        who = task.owner if self.random.random() < 0.7 else self.anybody
        desk = self.firm.desk(who)
        what = self.random.randrange(8)
        if what < 2:
            desk.write(tasks.acknowledge, task.ref)
        elif what == 2:
            desk.write(tasks.start, task.ref)
        elif what == 3:
            wake = self.firm.clock.now() + timedelta(days=self.random.randint(1, 6))
            desk.write(tasks.wait, task.ref, on="the client", wake=wake)
        elif what == 4:
            desk.write(tasks.hand_off, task.ref, to=self.anybody, note="half done")
        elif what == 5:
            self.firm.desk("inovak").write(tasks.reassign, task.ref, to=self.anybody, reason="load")
        else:
            for item in desk.read(tasks.show, task.ref).checklist:
                desk.write(tasks.tick, task.ref, item.id, note="simple")
            desk.write(tasks.complete, task.ref)
        if self.random.random() < 0.3:
            self.firm.clock.advance(hours=self.random.choice((0.1, 9)))
            desk.write(tasks.undo, task.ref)

    def away(self) -> None:
        today = self.firm.desk("inovak").read(lambda turn: turn.today)
        first = today + timedelta(days=self.random.randint(0, 3))
        last = first + timedelta(days=self.random.randint(0, 9))
        cover = self.anybody if self.random.random() < 0.7 else None
        self.firm.desk("inovak").write(people.absence, self.anybody, first, last, cover=cover)

    def date(self) -> None:
        today = self.firm.desk("inovak").read(lambda turn: turn.today)
        # A week ahead and less has arrived late: the firm's own date is past already.
        due = today + timedelta(days=self.random.choice((-2, 5, 7, 8, 9, 10)))
        self.firm.desk("aokafor").write(deadlines.add, self._matter(), "Answer", due)

    def met(self) -> None:
        rows = self.firm.desk("aokafor").read(deadlines.listing)
        if rows:
            today = self.firm.desk("aokafor").read(lambda turn: turn.today)
            row = self.random.choice(rows)
            day: date = today - timedelta(days=self.random.randint(0, 4))
            self.firm.desk("aokafor").write(deadlines.met, row.ref, day)

    def tell(self) -> None:
        rows = self.firm.desk("aokafor").read(messages.listing)
        if rows:
            row = self.random.choice(rows)
            if row.state == "awaiting_approval":
                self.firm.desk("aokafor").write(messages.approve, row.ref)
            else:
                self.firm.desk(self.anybody).write(messages.sent, row.ref, "letter")

    def review(self) -> None:
        rows = self.firm.desk("aokafor").read(reviews.listing)
        if rows:
            row = self.random.choice(rows)
            desk = self.firm.desk(self.random.choice(("aokafor", "lchen", "jreyes")))
            if self.random.random() < 0.3:
                desk.write(reviews.send_back, row.ref, {row.points[0].id: "not yet"})
            else:
                desk.write(reviews.approve, row.ref)

    def filing(self) -> None:
        for row in self.firm.desk("mduarte").read(filings.listing):
            if row.delivered_at is None:
                self.firm.desk("mduarte").write(filings.deliver, row.ref)
            else:
                self.firm.desk("mduarte").write(filings.reject, row.ref, reason="fee")

    def shut(self) -> None:
        today = self.firm.desk("inovak").read(lambda turn: turn.today)
        day = today + timedelta(days=self.random.randint(0, 5))
        self.firm.desk("inovak").write(closures.add, day, day, "Storm")

    def _matter(self) -> str:
        return self.random.choice(self.firm.desk("inovak").read(matters.listing)).ref


ALL: tuple[Callable[[History], None], ...] = (
    History.time,
    History.sweep,
    History.matter,
    History.call,
    History.paper,
    History.work,
    History.away,
    History.date,
    History.met,
    History.tell,
    History.review,
    History.filing,
    History.shut,
)
WEIGHTS = (14, 6, 2, 6, 2, 28, 2, 7, 2, 6, 5, 2, 1)


@cache
def _model() -> Prepared:
    return notice()


def _notice(receipt: str) -> Prepared:
    """The same notice of another form: read once a process."""
    model = _model()
    found = replace(
        model.reading.recognition, receipt_number=receipt, receipt_numbers=(receipt,), a_number=None
    )
    data = model.data + receipt.encode()
    reading = replace(model.reading, recognition=found)
    return replace(model, data=data, sha256=sha256(data).hexdigest(), reading=reading)

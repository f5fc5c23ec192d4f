"""Anybody tries anything, in any order, at the desk and by hand: what leaves the firm has been through the gate.

Guided: every other step is the right one by the right person, so that packets really leave. Assembling is played (a
packet is its documents' hashes), everything else is the desk on a real file, and on a real PostgreSQL.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import DBAPIError

from casedesk.desk import deadlines, drafts, filings, reviews, signatures, tasks
from casedesk.documents.assemble import Assembled, NotAssemblable, Part
from casedesk.documents.manifest import Manifest, ManifestEntry
from casedesk.models.enums import ReviewPolicy
from casedesk.refusal import Refusal
from tests.support.firm import PASSPHRASE
from tests.support.postgres import PgServer
from tests.support.raw import Raw, raw
from tests.support.rfe import PEOPLE, PgStages, Rfe, letter, scan, sqlite_stage

SCANS = tuple(f"page {n}" for n in range(3))


def played(packet: str, title: str, parts: list[Part]) -> Assembled:
    """A packet as the list of its documents' hashes."""
    data = b"%PDF-" + b"".join(hashlib.sha256(p.data).digest() for p in parts)
    entries = tuple(
        ManifestEntry(
            p.document, p.version, p.name, hashlib.sha256(p.data).hexdigest(), len(p.data), 1, p.role, p.tab
        )
        for p in parts
    )
    digest = hashlib.sha256(data).hexdigest()
    return Assembled(data, Manifest(packet, entries, digest, len(data), len(parts), "played"), (), ())


def incomparable(old: bytes, new: bytes) -> None:
    raise NotAssemblable("it", "is played", "")


class Gate(RuleBasedStateMachine):
    policy: ClassVar[ReviewPolicy]
    left: ClassVar[Counter[str]]
    stages: ClassVar[PgStages | None]
    """The story on PostgreSQL, or None for a file."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cdgate-"))
        self.anew()

    def anew(self) -> None:
        """A store in which the checklist is done and nothing handed in."""
        self.hesitated = False
        self.rfe: Rfe = (
            sqlite_stage("drafting", self.folder, self.policy)
            if self.stages is None
            else self.stages.stage("drafting", fresh=True)
        )
        self.firm, self.cast, self.clock = self.rfe.firm, self.rfe.cast, self.rfe.firm.clock
        self.handles = tuple(p.handle for p in PEOPLE[self.policy])
        self.version = 0
        desk = self.firm.desk(self.cast.preparer)
        for item in desk.read(tasks.show, self.rfe.drafting).checklist:
            desk.write(tasks.tick, self.rfe.drafting, item.id)

    def teardown(self) -> None:
        self.leave()
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self) -> None:
        self.firm.close()
        if self.stages is not None and self.firm.owned is not None:
            self.stages.server.drop(self.firm.owned)

    # -- the right step ---------------------------------------------------------------------------------------------

    @rule()
    def go_on(self) -> None:
        """Whatever comes next, by whom it is meant for; a firm whose own rule bars them refuses, and that is well."""
        self.clock.advance(minutes=31)
        cast = self.cast
        open_reviews = {r.kind: r.ref for r in self.firm.desk(cast.attorney).read(reviews.listing)}
        if "content" in open_reviews:
            self.attempt(cast.attorney, lambda d: d.write(reviews.approve, open_reviews["content"]))
        elif slots := [s for s in self.slots() if s.state != "back"]:
            self.attempt(cast.preparer, lambda d: d.write(signatures.back, slots[0].ref, scan(SCANS[0])))
        elif "second" in open_reviews:
            self.attempt(cast.second, lambda d: d.write(reviews.approve, open_reviews["second"]))
        elif "signoff" in open_reviews and not self.hesitated:
            self.hesitated = True  # the last moment before the last signature is when short cuts are tempting
        elif "signoff" in open_reviews:
            self.hesitated = False
            signoff = open_reviews["signoff"]
            if not self.attempt(cast.attorney, lambda d: self.sign(d, signoff)):
                # Somebody took a part the policy leaves her no signature after: it goes round again.
                self.attempt(cast.attorney, lambda d: self.return_(d, signoff))
        elif not self.rfe.packet or self.task_is_open():
            self.submit(cast.preparer)
        else:
            shipped = self.attempt(cast.preparer, lambda d: self.ship(d))
            delivered = self.attempt(cast.preparer, lambda d: d.write(filings.deliver, self.rfe.packet))
            if not shipped and not delivered:
                self.leave()
                self.anew()

    @rule()
    def press_on(self) -> None:
        for _ in range(3):
            self.go_on()

    # -- anything by anybody ------------------------------------------------------------------------------------------

    @rule(
        who=st.integers(0, 6), what=st.sampled_from(("approve", "back", "sign", "take")), n=st.integers(0, 3)
    )
    def reviews_(self, who: int, what: str, n: int) -> None:
        handle = self.handles[who % len(self.handles)]
        found = self.firm.desk(handle).read(reviews.listing)
        if not found:
            return
        review = found[n % len(found)].ref
        acts: dict[str, Callable[[Any], object]] = {
            "approve": lambda d: d.write(reviews.approve, review),
            "back": lambda d: self.return_(d, review),
            "sign": lambda d: self.sign(d, review),
            "take": lambda d: d.write(reviews.take_over, review),
        }
        self.attempt(handle, acts[what])

    @rule(who=st.integers(0, 6))
    def submits(self, who: int) -> None:
        self.submit(self.handles[who % len(self.handles)])

    @precondition(lambda self: bool(self.rfe.packet))
    @rule(
        who=st.integers(0, 6),
        what=st.sampled_from(("ship", "upload", "deliver", "receipt", "reject", "met", "slot", "scan")),
        n=st.integers(0, 2),
    )
    def leaves(self, who: int, what: str, n: int) -> None:
        packet = self.rfe.packet
        slots = self.slots()
        acts: dict[str, Callable[[Any], object]] = {
            "ship": self.ship,
            "upload": lambda d: d.write(filings.upload, packet),
            "deliver": lambda d: d.write(filings.deliver, packet),
            "receipt": lambda d: d.write(filings.receipt, packet),
            "reject": lambda d: d.write(filings.reject, packet, reason="no signature"),
            "met": lambda d: d.write(deadlines.met, d.read(deadlines.listing, matter=self.rfe.matter)[0].ref),
            "slot": lambda d: (
                len(slots) < 3 and d.write(signatures.add, packet, "I-864", f"Part {n}", "Rosa")
            ),
            "scan": lambda d: slots and d.write(signatures.back, slots[n % len(slots)].ref, scan(SCANS[n])),
        }
        self.attempt(self.handles[who % len(self.handles)], acts[what])

    @precondition(lambda self: bool(self.rfe.packet))
    @rule(
        who=st.integers(0, 6),
        what=st.sampled_from(
            (
                "content",
                "second",
                "signoff",
                "sign",
                "ship",
                "met",
                "deliver",
                "open",
                "points",
                "rush",
                "rush",
                "rush",
            )
        ),
        minutes=st.sampled_from((0, 31)),
    )
    def by_hand(self, who: int, what: str, minutes: int) -> None:
        handle = self.handles[who % len(self.handles)]
        self.clock.advance(minutes=minutes)
        try:
            with raw(self.rfe, handle, keep=True) as hand:
                self.type(hand, what)
        except (DBAPIError, AssertionError):
            return

    @precondition(lambda self: bool(self.rfe.packet))
    @rule()
    def in_a_hurry(self) -> None:
        """The attorney writes her sign-off into the store and ships, her review unanswered."""
        try:
            with raw(self.rfe, self.cast.attorney, keep=True) as hand:
                hand.sign()
                hand.ship()
        except (DBAPIError, AssertionError):
            return

    def type(self, hand: Raw, what: str) -> None:
        if what in ("content", "second", "signoff"):
            review = hand.review(what).id
            hand.answer(review)
            hand.decide(review)
        elif what == "sign":
            hand.sign()
        elif what == "ship":
            hand.ship()
        elif what == "met":
            hand.run("UPDATE deadline SET state = 'met', met_on = '2026-12-01' WHERE state <> 'met'")
        elif what == "deliver":
            hand.run("UPDATE filing SET state = 'delivered', delivered_us = :n", n=hand.now)
        elif what == "open":
            hand.add_review("second")
        else:
            hand.run("UPDATE review_point SET answer = 'yes'")

    # -- helpers --------------------------------------------------------------------------------------------------------

    def attempt(self, handle: str, act: Callable[[Any], object]) -> bool:
        try:
            act(self.firm.desk(handle))
        except Refusal:
            return False
        return True

    def submit(self, handle: str) -> None:
        def act(desk: Any) -> None:
            sent = desk.write(drafts.submit, self.rfe.drafting, (letter(1 + self.version % 3),))
            self.version += 1
            self.rfe = replace(self.rfe, packet=sent.packet)

        self.attempt(handle, act)

    def ship(self, desk: Any) -> object:
        return desk.write(filings.ship, self.rfe.packet, carrier="FedEx", tracking="1")

    def sign(self, desk: Any, review: str) -> object:
        return desk.write(reviews.sign_off, review, confirm=self.rfe.matter, passphrase=PASSPHRASE)

    def return_(self, desk: Any, review: str) -> object:
        point = desk.read(reviews.show, review).points[0].id
        return desk.write(reviews.send_back, review, {point: "No."})

    def slots(self) -> tuple[Any, ...]:
        if not self.rfe.packet:
            return ()
        return self.firm.desk(self.cast.preparer).read(signatures.listing, packet=self.rfe.packet)

    def task_is_open(self) -> bool:
        shown = self.firm.desk(self.cast.preparer).read(tasks.show, self.rfe.drafting)
        return shown.task.status not in ("done", "cancelled")

    # -- what always holds --------------------------------------------------------------------------------------------

    @invariant()
    def whatever_left_was_signed_off(self) -> None:
        with raw(self.rfe, self.cast.attorney) as hand:
            for row in hand.conn.exec_driver_sql(_LEFT).all():
                assert row.live == 1
                assert row.signed_hash == row.manifest_sha256 == row.second_hash == row.signoff_hash
                assert row.licence in ("attorney", "accredited_representative")
                assert (row.content_state, row.second_state, row.signoff_state) == ("approved",) * 3
                assert row.content_version == row.manifest_version
                assert row.open_points == row.open_slots == row.open_items == 0
                people = (row.preparer_id, row.second_reviewer_id, row.signer_id)
                assert row.policy == self.policy.value
                if self.policy is ReviewPolicy.SOLE:
                    assert row.second_us - row.assembled_us >= 30 * 60 * 1_000_000
                else:
                    assert len(set(people)) >= {"three-person": 3, "two-person": 2}[self.policy.value]
                type(self).left[row.ref] += 1

    @invariant()
    def a_deadline_is_met_when_the_agency_has_it(self) -> None:
        with raw(self.rfe, self.cast.attorney) as hand:
            row = hand.one(
                "SELECT (SELECT count(*) FROM deadline WHERE state = 'met') AS met,"
                " (SELECT count(*) FROM filing WHERE state IN ('delivered', 'receipted')) AS there"
            )
            assert row.met <= row.there, "met without a delivery"
            if not self.hand_delivered(hand):
                assert row.met == row.there

    def hand_delivered(self, hand: Raw) -> bool:
        """Delivered by hand, without the desk's second half: the store lets nobody be late by it, only early."""
        row = hand.one(
            "SELECT (SELECT count(*) FROM audit WHERE action = 'filing.delivered') AS said,"
            " (SELECT count(*) FROM filing WHERE delivered_us IS NOT NULL) AS there"
        )
        return bool(row.said < row.there)


_LEFT = """
SELECT f.ref, f.manifest_sha256, s.live, s.manifest_sha256 AS signed_hash, s.policy, s.preparer_id, s.second_reviewer_id,
    s.signer_id, s.second_us, s.assembled_us, l.kind AS licence, c.state AS content_state, c.version AS content_version,
    v.state AS second_state, v.manifest_sha256 AS second_hash, o.state AS signoff_state,
    o.manifest_sha256 AS signoff_hash, m.version AS manifest_version,
    (SELECT count(*) FROM review_point q WHERE q.review_id IN (c.id, v.id, o.id) AND (q.answer IS NULL OR q.answer <> 'yes'))
        AS open_points,
    (SELECT count(*) FROM signature_slot x WHERE x.packet_id = f.packet_id AND x.state <> 'back' ) AS open_slots,
    (SELECT count(*) FROM task_item i JOIN packet k ON k.task_id = i.task_id WHERE k.id = f.packet_id
        AND i.required = 1 AND i.state = 'open') AS open_items
FROM filing f LEFT JOIN sign_off s ON s.id = f.sign_off_id LEFT JOIN licence l ON l.id = s.licence_id
LEFT JOIN review c ON c.id = s.content_review_id LEFT JOIN review v ON v.id = s.second_review_id
LEFT JOIN review o ON o.id = s.review_id
LEFT JOIN manifest m ON m.packet_id = f.packet_id AND m.sha256 = f.manifest_sha256
"""


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[Callable[[ReviewPolicy], PgStages]]:
    """The story at each stage under a policy, on a server of its own: logins belong to a whole server."""
    walked: dict[ReviewPolicy, PgStages] = {}

    def stages(policy: ReviewPolicy) -> PgStages:
        if policy not in walked:
            walked[policy] = PgStages.walk(PgServer.start(), policy)
        return walked[policy]

    yield stages
    for each in walked.values():
        each.server.stop()


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
@pytest.mark.parametrize("policy", list(ReviewPolicy))
def test_the_gate_holds(
    policy: ReviewPolicy,
    store: str,
    effort: Callable[[int, int], int],
    on_postgres: Callable[[ReviewPolicy], PgStages],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # The stages are walked once a process and shared: with the true assembler, before it is played.
    with TemporaryDirectory() as folder:
        sqlite_stage("drafting", Path(folder), policy).firm.close()
    stages = on_postgres(policy) if store == "postgresql" else None
    monkeypatch.setattr("casedesk.documents.assemble_limited.assemble_limited", played)
    monkeypatch.setattr("casedesk.documents.differences.compare_limited", incomparable)
    left: Counter[str] = Counter()
    machine = type("GateOf", (Gate,), {"policy": policy, "left": left, "stages": stages})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=effort(5, 100) if stages is None else effort(2, 100),
            stateful_step_count=30,
            deadline=None,
            derandomize=bool(effort(1, 0)),
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{len(left)} filings left under {policy} on {store}\n")
    assert len(left) >= effort(1, 40), "nothing left the firm: the machine proves nothing"

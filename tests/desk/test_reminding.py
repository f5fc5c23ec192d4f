"""Who is reminded outside, when, and in which words: preferences, quiet hours, the day's digest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedesk.desk import deliveries, matters, preferences, seals, tells
from casedesk.desk.preferences import loud_from
from casedesk.desk.turn import Turn
from casedesk.desk.views.telling import Sent
from tests.support.clock import ManualClock
from tests.support.firm import FirmFixture, local_firm
from tests.support.keeping import seal
from tests.support.posting import Posted, posted_firm
from tests.support.postoffice import PostOffice, post_office
from tests.support.rfe import run_rfe

CLIENT = "Ibarra"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path / "office") as made:
        yield made


@pytest.fixture
def posted(firm: FirmFixture, office: PostOffice, tmp_path: Path) -> Posted:
    return posted_firm(firm, office, tmp_path / "keys")


@pytest.fixture
def local(
    store_path: Path, manual_clock: ManualClock, office: PostOffice, tmp_path: Path
) -> Iterator[Posted]:
    """On a local store alone: what both stores say alike is said once."""
    firm = local_firm(store_path, manual_clock)
    yield posted_firm(firm, office, tmp_path / "keys")
    firm.close()


def _prefer(posted: Posted, who: str, **wanted: Any) -> None:
    posted.desk(who).write(preferences.change, **wanted)


def _subjects(posted: Posted, who: str) -> list[str]:
    return [str(mail["Subject"]) for mail in posted.office.messages if mail["To"] == f"{who}@reyes.example"]


def _matter(posted: Posted, **more: Any) -> str:
    people: dict[str, Any] = {"paralegal": "mduarte", "attorney": "aokafor", "supervisor": "jreyes"}
    return (
        posted.desk("mduarte")
        .write(matters.open_matter, "adjustment_of_status", "Ibarra, Rosa", **people, **more)
        .ref
    )


def test_each_person_hears_as_they_prefer(posted: Posted) -> None:
    _prefer(posted, "mduarte", mail="all")
    _prefer(posted, "inovak", mail="digest")
    _prefer(posted, "aokafor", mail="none")
    posted.send()
    posted.office.messages.clear()
    for who in ("lchen", "mduarte", "inovak", "aokafor"):
        posted.tell(who, "alert", f"Not complete: the RFE of {CLIENT}")
        posted.tell(who, "assigned", f"RFE of {CLIENT}: T-000000")
    assert posted.send() == Sent(sent=3)
    assert posted.send() == Sent()
    assert _subjects(posted, "lchen") == ["casedesk: not complete in time"]
    assert sorted(_subjects(posted, "mduarte")) == [
        "casedesk: given to you",
        "casedesk: not complete in time",
    ]
    assert (_subjects(posted, "inovak"), _subjects(posted, "aokafor")) == ([], [])
    assert all(CLIENT not in raw.decode() for raw in posted.office.raw)


def test_what_was_read_in_the_app_needs_no_mail(local: Posted) -> None:
    _prefer(local, "lchen", digest_at="23:30")
    local.tell("lchen", "alert")
    (told,) = local.desk("lchen").read(tells.listing)
    local.office.busy = True
    local.send()
    local.office.busy = False
    local.desk("lchen").write(tells.seen, (told.id,))
    local.firm.clock.advance(minutes=2)
    assert local.send().sent == 0
    assert "cancelled" in local.states().values()
    assert local.desk("lchen").read(deliveries.listing)[0].error == "read in the app before it went"


def test_nothing_told_before_there_was_a_server_follows_at_once(
    store_path: Path, manual_clock: ManualClock, office: PostOffice, tmp_path: Path
) -> None:
    firm = local_firm(store_path, manual_clock)
    Posted(firm, office, tmp_path).tell("lchen", "alert")
    manual_clock.advance(minutes=1)
    posted = posted_firm(firm, office, tmp_path / "keys")
    _prefer(posted, "lchen", mail="urgent", digest_at="23:00")
    posted.send()
    assert _subjects(posted, "lchen") == []
    posted.tell("lchen", "alert")
    posted.send()
    assert _subjects(posted, "lchen") == ["casedesk: not complete in time"]
    firm.close()


def test_quiet_hours_hold_except_in_an_emergency(local: Posted) -> None:
    local.send()
    local.office.messages.clear()
    local.firm.clock.set(datetime(2026, 11, 10, 2, 30, tzinfo=UTC))  # 21:30 in New York
    calm, urgent = _matter(local), _matter(local, priority="emergency")
    local.tell("lchen", "alert", matter=calm)
    local.tell("lchen", "alarm", matter=urgent)
    assert local.send().sent >= 1
    assert _subjects(local, "lchen") == ["casedesk: EMERGENCY, needs a look"]
    local.firm.clock.set(datetime(2026, 11, 10, 11, 59, tzinfo=UTC))
    local.send()
    assert len(_subjects(local, "lchen")) == 1
    local.firm.clock.set(datetime(2026, 11, 10, 12, 0, tzinfo=UTC))  # 07:00
    local.send()
    assert _subjects(local, "lchen")[1] == "casedesk: not complete in time"


def test_quiet_hours_are_those_of_the_persons_own_clock(local: Posted) -> None:
    def moved(turn: Turn) -> None:
        turn.uow.update("person", turn.person("lchen").id, zone="Europe/Madrid")

    local.send()
    local.office.messages.clear()
    local.desk("inovak").write(moved)
    local.firm.clock.set(datetime(2026, 11, 9, 20, 0, tzinfo=UTC))  # 15:00 in New York, 21:00 in Madrid
    for who in ("lchen", "mduarte"):
        local.tell(who, "alert")
    local.send()
    assert (len(_subjects(local, "lchen")), len(_subjects(local, "mduarte"))) == (0, 1)


def test_one_digest_a_day_says_what_is_due_what_is_unread_and_where_the_record_ends(
    posted: Posted, tmp_path: Path
) -> None:
    story = run_rfe(posted.firm, until="received")
    made = seal(posted.firm, tmp_path / "machine")
    _prefer(posted, "mduarte", digest_at="10:30")
    posted.firm.clock.set(datetime(2026, 11, 10, 15, 29, tzinfo=UTC))
    posted.send()
    before = len(_subjects(posted, "mduarte"))
    posted.firm.clock.set(datetime(2026, 11, 10, 15, 31, tzinfo=UTC))
    posted.send()
    posted.send()
    posted.firm.clock.advance(hours=3)
    posted.send()
    mine = [mail for mail in posted.office.messages if mail["To"] == "mduarte@reyes.example"][before:]
    digests = [mail for mail in mine if " due, " in mail["Subject"]]
    assert len(digests) == 1
    text = digests[0].get_content()
    assert "Unread in casedesk since yesterday:" in text
    assert story.intake in text
    entries = posted.desk("desk").read(_readable, "mduarte")
    assert f"The record: seal {made.seq}, {entries} entries of what you may read," in text
    assert made.hash in text
    assert CLIENT not in text
    posted.firm.clock.set(datetime(2026, 11, 11, 15, 31, tzinfo=UTC))
    posted.send()
    assert len([s for s in _subjects(posted, "mduarte") if " due, " in s]) == 2


def _readable(turn: Turn, who: str) -> int:
    assert seals.last(turn) is not None
    return int(turn.uow.scalar("seal.readable", person_id=turn.person(who).id))


HOURS = st.times().map(lambda at: f"{at.hour:02}:{at.minute:02}")
ZONES = st.sampled_from(["America/New_York", "Europe/Madrid", "Asia/Kolkata", "UTC", "America/St_Johns"])


INSTANTS = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(INSTANTS, ZONES, HOURS, HOURS)
def test_the_first_loud_instant_is_the_first_and_is_loud(
    now: datetime, zone: str, start: str, end: str
) -> None:
    found = loud_from(now, zone, start, end)
    assert found >= now
    assert (found - now).total_seconds() < 26 * 3600
    assert loud_from(found, zone, start, end) == found
    if found > now:
        assert loud_from(now + (found - now) / 2, zone, start, end) == found


def test_quiet_hours_over_midnight_and_over_a_change_of_clocks() -> None:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=UTC)

    quiet = ("America/New_York", "20:00", "07:00")
    assert loud_from(at(9, 15), *quiet) == at(9, 15)
    assert loud_from(at(10, 1), *quiet) == at(10, 12)
    assert loud_from(at(10, 11, 59), *quiet) == at(10, 12)
    # The night in which the clocks go back: 07:00 is an hour later by any other clock.
    assert loud_from(at(1, 1), *quiet) == at(1, 12)
    assert loud_from(at(9, 15), "America/New_York", "09:00", "17:00") == at(9, 22)
    assert loud_from(at(9, 15), "America/New_York", "09:00", "09:00") == at(9, 15)

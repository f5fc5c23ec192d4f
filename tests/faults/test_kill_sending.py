"""A worker killed while it sends: at most one mail too many, and that one under the same Message-ID; none is lost."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from casedesk.desk import deliveries
from tests.faults.conftest import Outside
from tests.support.posting import Posted, posted_firm
from tests.support.postoffice import post_office

ROOT = Path(__file__).parents[2]
WORKER = "desk"
MAILS = 12


def _child(outside: Outside, posted: Posted, when: str) -> subprocess.Popen[str]:
    words = (posted.firm.store, WORKER, posted.firm.clock.now().isoformat(), str(posted.key_file), when)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.send_child", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=outside.environment(),
    )


def _kill(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def _settled(posted: Posted) -> list[str]:
    """What is in doubt once nobody can be sending any more, said by a person to go again."""
    posted.firm.clock.advance(minutes=11)
    posted.send()
    doubtful = [key for key, state in posted.states().items() if state == "unknown"]
    for key in doubtful:
        posted.desk("inovak").write(deliveries.settle, posted.id_of(key), "again")
    posted.send()
    return doubtful


def test_a_worker_killed_while_it_sends(
    outside: Outside, tmp_path: Path, effort: Callable[[int, int], int], say: Callable[[str], None]
) -> None:
    kills = effort(1, 20)
    with post_office(tmp_path / "office") as office:
        posted = posted_firm(outside.firm, office, tmp_path / "mail-keys")
        _between_sending_and_marking(outside, posted)
        found = [_at_any_moment(outside, posted, round_) for round_ in range(kills)]
    doubts, doubles = (sum(each) for each in zip(*found, strict=True))
    say(f"{kills} kills while sending {MAILS} mails: 0 lost, {doubts} in doubt, {doubles} sent twice.")


def _between_sending_and_marking(outside: Outside, posted: Posted) -> None:
    office = posted.office
    posted.queue("one")
    posted.queue("two")
    child = _child(outside, posted, "between")
    assert child.stdout is not None
    assert child.stdout.readline() == "handed over\n"
    _kill(child)
    assert sorted(posted.states().values()) == ["queued", "sending"]
    assert posted.send().sent == 1, "what the dead one had not touched goes at once"
    assert len(office.messages) == 2
    (doubtful,) = _settled(posted)
    times = Counter(office.ids)
    assert sorted(times.values()) == [1, 2]
    (twice,) = [name for name, count in times.items() if count == 2]
    assert twice.startswith(f"<{doubtful}@")
    assert set(posted.states().values()) == {"sent"}


def _at_any_moment(outside: Outside, posted: Posted, round_: int) -> tuple[int, int]:
    """How many were in doubt, and how many came twice."""
    office = posted.office
    while office.arrived.acquire(blocking=False):
        pass
    wanted = {f"{round_}.{number}" for number in range(MAILS)}
    for key in wanted:
        posted.queue(key)
    before = len(office.messages)
    child = _child(outside, posted, "on")
    for _ in range(1 + (5 * round_) % (MAILS - 1)):
        assert office.arrived.acquire(timeout=60), "the child sends nothing"
    _kill(child)
    doubts = len(_settled(posted))
    came = Counter(mail.partition("@")[0].strip("<") for mail in office.ids[before:])
    assert set(came) >= wanted, "none is lost"
    doubles = sum(came.values()) - len(came)
    assert doubles <= 1, came
    assert posted.states()[f"{round_}.0"] == "sent"
    return doubts, doubles

"""Making the demo firm, or finding the one that is there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from casedesk.bootstrap import host_clock, open_store, without_login
from casedesk.demo import history, people, sizes
from casedesk.demo.crowd import more_staff
from casedesk.demo.papers import write_papers
from casedesk.demo.world import World, ago, office
from casedesk.desk import people as staff
from casedesk.desk.desk import WORKER
from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.founding import found_local, found_shared, take_off_marks
from casedesk.refusal import Refusal, StoreUnavailable, WrongUsage
from casedesk.security.handed import hand_out
from casedesk.security.handed import pgpass as pgpass_lines
from casedesk.security.seal_key import SealKeys, seal_key_beside

Clock = Callable[[], datetime]
Progress = Callable[[float], None]

KEY_MEMORY_KIB = 65536
STORIES = 600
"""The stories take about as long as so many matters that are put in."""

PAPERS = "papers"


@dataclass(frozen=True)
class DemoPerson:
    """One of the firm, as the command line prints them."""

    handle: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class DemoMade:
    """The demo firm, as `casedesk demo --json` prints it.

    `persons` has `handle`, `name` and `roles` of each; `tasks` are all there are, done ones too, and `open_tasks` the
    others; `existed` is true when it was there already; `opens_as` is who sits there; `pgpass` holds the logins' passwords on a shared store, None on a local one or where it is lost;
    `papers` is the folder of papers to try the desk with.
    """

    store: str
    persons: tuple[DemoPerson, ...]
    matters: int
    tasks: int
    open_tasks: int
    signing_passphrase: str
    existed: bool
    opens_as: str
    pgpass: Path | None
    papers: Path


def default_directory() -> Path:
    """Where the demo lives when nobody says otherwise: `casedesk-demo` in the user's data folder."""
    from platformdirs import user_data_path

    return Path(user_data_path("casedesk-demo", appauthor=False))


def run(
    directory: Path | None,
    size: str = "small",
    store: str | None = None,
    *,
    password: str | None = None,
    clock: Clock | None = None,
    progress: Progress | None = None,
    key_memory_kib: int = KEY_MEMORY_KIB,
) -> DemoMade:
    """Make the demo firm, or give the one that is there; of a `size` in `sizes.SIZES`, or the `small` one.

    The local store is `firm.db` in `directory` (`default_directory()` when None), or the file that `store` names. A
    `store` of the form postgresql://OWNER@host:port/name is made in that empty database as its owner, with a login a
    person; their passwords go to `pgpass` in `directory`, in libpq's format, readable by its owner only. `password` is
    the owner's, else libpq finds it. `clock` is a test's: it sets the demo's present, and the store goes on by such a
    clock. `progress` is called with numbers from 0 to 1.

    Raises `Refusal`: `size` for a size there is none of, or that a shared store cannot be made in; `not_a_demo` for a
    store that is somebody's own, `demo_unfinished` for a database in which an earlier making was interrupted.
    """
    larger = sizes.size_of(size)
    step = progress or (lambda share: None)
    shared = store is not None and "://" in store
    if store is None or shared:
        folder = (directory or default_directory()).expanduser()
    else:
        folder = Path(store).expanduser().parent
    if shared:
        assert store is not None
        if larger is not None:
            raise Refusal(
                "size",
                f"A demo of size {size} is made in a local store only.",
                "Leave out --store, or leave out --size for the small firm.",
            )
        _make_folder(folder)
        return _shared(store, folder, password, clock, step, key_memory_kib)
    _make_folder(folder)
    file = folder / "firm.db" if store is None else Path(store).expanduser()
    return _local(file, larger, clock, step, key_memory_kib)


def _local(
    file: Path, size: sizes.Size | None, clock: Clock | None, step: Progress, key_memory_kib: int
) -> DemoMade:
    existed = file.exists()
    if not existed:
        # Made aside and given its name at the end: a crash on the way leaves no half demo behind.
        with tempfile.TemporaryDirectory(prefix=".making-", dir=file.parent) as aside:
            draft = Path(aside) / file.name
            now = (clock or host_clock)()
            past = _Past(now)
            more = () if size is None else more_staff(size.people - len(people.PEOPLE))
            found_local(draft, people.plan(key_memory_kib=key_memory_kib, more=more), clock=past.clock)
            told = 1.0 if size is None else min(1.0, STORIES / size.matters)
            _live(str(draft), file.parent, now, {}, lambda share: step(told * share))
            if size is not None:
                _enlarge(draft, file, now, size, lambda share: step(told + (1 - told) * share))
            _finish(str(draft), None, clock=clock)
            draft.rename(file)
    return _told(str(file), None, file.parent, existed=existed, password=None)


def _shared(
    url: str, folder: Path, password: str | None, clock: Clock | None, step: Progress, key_memory_kib: int
) -> DemoMade:
    if urlsplit(url).username is None:
        raise WrongUsage(
            "who",
            "A demo on a shared store is made by the owner of its database.",
            "Write postgresql://OWNER@host:port/name.",
        )
    existed = _is_store(url, password)
    pgpass = folder / "pgpass"
    if not existed:
        now = (clock or host_clock)()
        past = _Past(now)
        plan = people.plan(key_memory_kib=key_memory_kib)
        passwords = found_shared(url, plan, password=password, clock=past.clock)
        pgpass.unlink(missing_ok=True)
        hand_out(pgpass, pgpass_lines(url, passwords))
        _live(without_login(url), folder, now, passwords, step)
        _finish(url, password, clock=clock)
    return _told(url, pgpass if pgpass.exists() else None, folder, existed=existed, password=password)


class _Past:
    """The clock of the founding: it stands where history begins."""

    def __init__(self, now: datetime) -> None:
        self._at = ago(office(House(), people.ZONE, now), now, history.BEGINNING)

    def clock(self) -> datetime:
        return self._at


def _live(store: str, folder: Path, now: datetime, passwords: Mapping[str, str], step: Progress) -> None:
    """The firm's two months, up to now, and papers to go on with."""
    world = World(store, now, people.ZONE, passwords)
    try:
        world.tell(history.everything(world, people.SIGNING_PASSPHRASE), step)
        write_papers(folder / PAPERS, world)
    finally:
        world.close()


def _enlarge(draft: Path, file: Path, now: datetime, size: sizes.Size, step: Progress) -> None:
    """Bring a firm whose stories are told up to its size. The key that seals it lies where the desk will look for it."""
    world = World(str(draft), now, people.ZONE, {})
    beside = seal_key_beside(file)
    try:
        keys = SealKeys(world.desk(WORKER).store.meta["store_id"], beside=beside, keyring=False)
        sizes.fill(world, size, keys.make().sealer, step)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    finally:
        world.close()


def _owner(store: str) -> str | None:
    """The owner's login, where the store is an address with one in it."""
    return urlsplit(store).username if "://" in store else None


def _finish(store: str, password: str | None, *, clock: Clock | None) -> None:
    """History is made. From now on the store's own clock rules, unless a test handed in another."""
    over = (people.MAKING,) if clock is not None else (people.MAKING, "manual_clock")
    with closing(open_store(store, _owner(store), password=password)) as opened:
        take_off_marks(opened, over)


def _told(store: str, pgpass: Path | None, folder: Path, *, existed: bool, password: str | None) -> DemoMade:
    with closing(open_store(store, _owner(store), password=password)) as opened:
        if opened.meta.get(people.DEMO) != "1":
            raise Refusal(
                "not_a_demo",
                f"{opened.label} holds a firm of its own, not a demo.",
                "Name another place with --dir, or another database.",
            )
        if people.MAKING in opened.meta:
            raise Refusal(
                "demo_unfinished",
                f"The making of the demo in {opened.label} was interrupted.",
                "Make a new, empty database and repeat.",
            )
        sits = opened.meta.get("sits_here", people.SITS_HERE)
        passphrase = opened.meta[people.PASSPHRASE]
        persons, counts = opened.found(lambda uow: _counted(Turn(uow, House())))
    return DemoMade(
        store=without_login(store) if opened.shared else store,
        persons=tuple(sorted(persons, key=lambda person: person.handle != sits)),
        matters=counts.matters,
        tasks=counts.tasks,
        open_tasks=counts.open_tasks,
        signing_passphrase=passphrase,
        existed=existed,
        opens_as=sits,
        pgpass=pgpass,
        papers=folder / PAPERS,
    )


def _counted(turn: Turn) -> tuple[tuple[DemoPerson, ...], Any]:
    persons = tuple(DemoPerson(view.handle, view.name, view.roles) for view in staff.listing(turn))
    return persons, turn.uow.need("counts", "", "demo.counts")


def _is_store(url: str, password: str | None) -> bool:
    """Whether the database holds a store already. Raises `StoreUnavailable` when it cannot be asked."""
    try:
        with closing(open_store(url, _owner(url), password=password)):
            return True
    except StoreUnavailable as error:
        if error.code != "not_a_store":
            raise
        return False


def _make_folder(folder: Path) -> None:
    """A folder only its owner reads; one that is there and in use is left as it is."""
    fresh = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name == "posix" and (fresh or not any(folder.iterdir())):
        folder.chmod(0o700)

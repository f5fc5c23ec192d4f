"""A small firm on a real store: three qualified people, so the three-person policy; one matter of Rosa Ibarra's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from casedesk.bootstrap import open_desk
from casedesk.desk.desk import Desk
from casedesk.founding import FirmPlan, Founder, found_local, found_shared, init_local
from casedesk.models.enums import LicenceKind, ReviewPolicy, Role
from casedesk.security.store_key import in_file
from tests.support.clock import ManualClock

if TYPE_CHECKING:
    from tests.support.postgres import OwnedDb

PASSPHRASE = "correct horse battery staple"
CHEAP_KEY_KIB = 64

OKAFOR = Founder(
    "aokafor",
    "Adaeze Okafor",
    (Role.ATTORNEY,),
    licences=((LicenceKind.ATTORNEY, "5512345", "NY"),),
    passphrase=PASSPHRASE,
)
CHEN = Founder(
    "lchen",
    "Li Chen",
    (Role.SENIOR_ASSOCIATE,),
    licences=((LicenceKind.ATTORNEY, "5598765", "NY"),),
    languages=("en", "zh"),
    skills=("rfe",),
    passphrase=PASSPHRASE,
)
DUARTE = Founder("mduarte", "Maria Duarte", (Role.PARALEGAL,), languages=("en", "es"))
COLE = Founder("bcole", "Ben Cole", (Role.PARALEGAL,))
REYES = Founder(
    "jreyes",
    "Julia Reyes",
    (Role.MANAGING_PARTNER, Role.ATTORNEY),
    licences=((LicenceKind.ATTORNEY, "4411223", "NY"),),
    passphrase=PASSPHRASE,
)
NOVAK = Founder("inovak", "Irena Novak", (Role.OPERATIONS_MANAGER,))
FINN = Founder("tfinn", "Tess Finn", (Role.INTAKE_SPECIALIST,))
EVERYBODY = (DUARTE, OKAFOR, CHEN, COLE, REYES, NOVAK, FINN)


def plan(people: tuple[Founder, ...] = EVERYBODY, policy: ReviewPolicy | None = None) -> FirmPlan:
    return FirmPlan(
        name="Reyes & Okafor LLP",
        zone="America/New_York",
        people=people,
        phone="212-555-0100",
        policy=policy,
        sits_here=people[0].handle,
        key_memory_kib=CHEAP_KEY_KIB,
    )


@dataclass
class FirmFixture:
    """`desk(handle)` opens the firm as that person; desks are kept and closed at the end."""

    store: str
    clock: ManualClock
    shared: bool
    passwords: dict[str, str] = field(default_factory=dict)
    owned: OwnedDb | None = None
    key_file: Path | None = None
    _desks: dict[str, Desk] = field(default_factory=dict)

    def desk(self, handle: str = "mduarte") -> Desk:
        if handle not in self._desks:
            self._desks[handle] = open_desk(
                self.store,
                handle,
                clock=self.clock,
                password=self.passwords.get(handle),
                key_file=self.key_file,
            )
        return self._desks[handle]

    def close(self) -> None:
        for desk in self._desks.values():
            desk.close()


@cache
def _founded(people: tuple[Founder, ...], policy: ReviewPolicy | None, at: datetime) -> bytes:
    """A founded store's bytes: founding once a process, and a copy a test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "desk" / "casedesk.db"
        found_local(path, plan(people, policy), clock=ManualClock(at))
        return path.read_bytes()


def local_firm(path: Path, clock: ManualClock, the_plan: FirmPlan | None = None) -> FirmFixture:
    wanted = the_plan or plan()
    if wanted == plan(wanted.people, wanted.policy):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(_founded(wanted.people, wanted.policy, clock.now()))
        path.chmod(0o600)
    else:
        found_local(path, wanted, clock=clock)
    return FirmFixture(str(path), clock, shared=False)


def keyed_firm(path: Path, clock: ManualClock, the_plan: FirmPlan | None = None) -> FirmFixture:
    """A local firm as `init` makes it: encrypted, its key in a file in a folder of its own."""
    keys = path.parent.parent / f"{path.parent.name}-keys"
    keys.mkdir(mode=0o700)
    custody = in_file(keys / "stores")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    init_local(path, the_plan or plan(), custody, lambda key: "confirmed in a test", clock=clock)
    return FirmFixture(str(path), clock, shared=False, key_file=custody.file)


def shared_firm(owned: OwnedDb, clock: ManualClock, the_plan: FirmPlan | None = None) -> FirmFixture:
    owner = f"postgresql://{owned.owner}@{owned.host}:{owned.port}/{owned.name}"
    passwords = found_shared(owner, the_plan or plan(), password=owned.password, clock=clock)
    return FirmFixture(owned.url, clock, shared=True, passwords=passwords, owned=owned)

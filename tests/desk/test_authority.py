"""The authority matrix: it loads or says why not, the desk agrees with it, and what it never hands on is said."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from casedesk import resources
from casedesk.desk import authority, licences, matters, notes, people, policy, supervision, training
from casedesk.desk.house import House
from casedesk.desk.turn import Turn
from casedesk.models.enums import LicenceKind, Role
from casedesk.refusal import NotAllowed, NotFound
from casedesk.routing.authority import MatrixError, Standing, load, permits
from tests.support.acts import AUTHORITY, may, steps
from tests.support.firm import PASSPHRASE, FirmFixture
from tests.support.raw import new_id, raw
from tests.support.rfe import Rfe, sqlite_stage

TEXT = resources.read_text("authority/authority.toml")
MATRIX = load(TEXT).matrix

EXTRA = {
    "senior": (("senior_associate",), None, "full"),
    "unlicensed": (("attorney",), None, "full"),
    "partner": (("managing_partner",), None, "full"),
    "accredited": (("paralegal",), "accredited_representative", "full"),
    "partial": (("paralegal",), "accredited_representative", "dhs"),
    "trained": (("paralegal",), "reviewer", "full"),
    "expired": (("attorney",), "attorney", "full"),
}
"""Each role without a licence, each licence without the role, and one that has run out."""

EVERYBODY = ("mduarte", "aokafor", "lchen", "bcole", "jreyes", "inovak", "tfinn", *EXTRA)


# -- the file -----------------------------------------------------------------------------------------------------


def bent(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bent('id = "support_work"', 'id = "support_wrok"'), "support_work"),
        (bent('id = "strategy_note"', 'id = "rfe_triage"'), "stands twice"),
        (bent('    "rfe_file",', '    "rfe_draft",'), "stands twice"),
        (bent("within = true", "whithin = true"), "act rfe_triage: There is no key 'whithin'"),
        (bent('confidence = "V"', 'confidence = "X"'), "confidence"),
        (bent('licences = ["attorney"]', 'licences = ["atorney"]'), "licences"),
        (
            bent('training = ["confidentiality"]', 'training = ["confidentialty"]'),
            "There is no course 'confidentialty'",
        ),
        (bent("licences = [", "anyone = true\nlicences = ["), "either anyone's"),
        (bent("licences = [", "outsource = true\nlicences = ["), "stays in the firm"),
        (bent("licences = [", 'delegate = true\nto = ["paralegal"]\nlicences = ['), "not delegated"),
        (bent("delegate = true\n", ""), "names to whom"),
        (bent('ground = "', 'grounds = "'), "ground"),
        (bent("version = 1", "version = 0"), "version"),
        ("version = ", "no TOML"),
    ],
)
def test_a_matrix_that_is_wrong_does_not_load(text: str, words: str) -> None:
    with pytest.raises(MatrixError, match=re.escape(words)):
        load(text)


def test_its_hash_is_of_its_very_text() -> None:
    assert load(TEXT).sha256 == House().authority.sha256
    assert load(TEXT + "\n# a word\n").sha256 != load(TEXT).sha256
    assert load(TEXT).matrix.effective_from == date(2026, 1, 1)


def test_every_kind_of_work_we_ship_is_an_act_of_its_own() -> None:
    kinds = {(s.kind, s.reserved) for book in House().library.playbooks.all for s in book.step}
    named = {kind for act in MATRIX.act for kind in act.task_kinds}
    assert {kind for kind, _ in kinds} <= named
    for kind, reserved in kinds:
        assert MATRIX.act_of(kind, reserved=reserved).delegate is not reserved, kind
    assert MATRIX.act_of("something_new", reserved=True).id == "reserved_step"
    assert MATRIX.act_of("something_new", reserved=False).id == "support_work"
    # Reserved work of a kind that is support elsewhere is no support.
    assert MATRIX.act_of("rfe_draft", reserved=True).id == "reserved_step"


NEVER_DELEGATED = {
    "rfe_triage", "reserved_step", "strategy_note", "content_review", "second_review", "sign_off", "release_notice",
    "conflict_decision", "loosen_policy", "check_delegated", "delegate_work", "raise_wall", "waive_step",
    "export_matter", "reassign_task", "add_person", "give_role", "make_manager", "grant_licence", "record_training",
    "tighten_policy", "read_trail", "open_matter", "name_owner",
}  # fmt: skip
NEVER_OUTSOURCED = NEVER_DELEGATED | {"match_notice", "client_update", "ship_filing"}


def test_what_is_never_handed_on() -> None:
    assert {act.id for act in MATRIX.act if not act.delegate} == NEVER_DELEGATED
    assert {act.id for act in MATRIX.act if not act.outsource} == NEVER_OUTSOURCED
    # What an emergency asks of an attorney is opened by a rule and stands in no playbook.
    assert MATRIX.kept_inside == {"conflict_check", "match_notice", "emergency_decide"} | {
        step.kind
        for book in House().library.playbooks.all
        for step in book.step
        if step.reserved or step.id == "file" or step.kind == "match_notice"
    }
    assert {"rfe_triage", "rfe_file", "noid_file", "asylum_eligibility", "denial_tell"} <= MATRIX.kept_inside
    licensed_acts = [act for act in MATRIX.act if act.licences]
    assert all(act.citation and act.ground for act in MATRIX.act)
    assert len(licensed_acts) == 12


def test_an_act_says_who_in_words() -> None:
    said = {act.id: authority.who(act) for act in MATRIX.act}
    assert said["sign_off"] == "an attorney, or an accredited representative"
    assert said["second_review"] == "an attorney, an accredited representative, or a trained reviewer"
    assert said["waive_step"] == "an attorney, an accredited representative, or a manager"
    assert said["raise_wall"] == "a manager, or the matter's attorney"
    assert said["export_matter"] == "a manager, or somebody who works on the matter"
    assert said["make_manager"] == "a managing partner"
    assert said["grant_licence"] == "a manager, never for themselves"
    assert said["open_matter"] == "anybody of the firm"
    assert said["support_work"] == "anybody of the firm, or from outside"


def test_somebody_from_outside_does_only_what_may_be_outsourced() -> None:
    help_ = Standing(frozenset({Role.PARALEGAL}), outside=True)
    assert {act.id for act in MATRIX.act if permits(act, help_) != "no"} == {
        act.id for act in MATRIX.act if act.outsource
    }
    # A licence that somebody from outside should never have had opens nothing either.
    lawyer = Standing(frozenset({Role.ATTORNEY}), frozenset({LicenceKind.ATTORNEY}), outside=True)
    assert {act.id for act in MATRIX.act if permits(act, lawyer) != "no"} == {
        act.id for act in MATRIX.act if act.outsource
    }


def test_the_desk_prints_it(firm: FirmFixture) -> None:
    desk = firm.desk("mduarte")
    printed = desk.read(authority.acts)
    assert [view.id for view in printed] == [act.id for act in MATRIX.act]
    triage = desk.read(authority.act, "RFE-triage")
    assert (triage.mine, triage.delegable, triage.outsourceable) == ("no", False, False)
    assert "8 CFR 1.2" in triage.citation
    assert triage.confidence == "V"
    assert (triage.version, triage.sha256) == (1, load(TEXT).sha256)
    # A file does not know who writes it: on a local store every act is the desk's to refuse.
    assert triage.held == ("store" if firm.shared else "desk")
    assert firm.desk("aokafor").read(authority.act, "rfe_triage").mine == "yes"
    with pytest.raises(NotFound, match="no act 'rfe_traige'"):
        desk.read(authority.act, "rfe_traige")


# -- the desk agrees, act by act and person by person -----------------------------------------------------------------


@dataclass
class Scene:
    """The story at each stage, with everybody in it; nothing that is tried stays."""

    stages: dict[str, Rfe]
    at: dict[str, dict[str, str]]
    standing: dict[str, Standing]


def _more_people(rfe: Rfe) -> None:
    desk = rfe.firm.desk("jreyes")
    for handle, (roles, kind, scope) in EXTRA.items():
        last = date(2026, 12, 31) if handle == "expired" else None
        held = None if kind is None else (kind, "1", "NY", last)
        desk.write(people.add, handle, handle.title(), roles, licence=held, scope=scope)
    with raw(rfe, "jreyes", keep=True) as hand:
        hand.run("UPDATE licence SET expires = '2026-11-01' WHERE expires IS NOT NULL")


def _more_things(rfe: Rfe) -> dict[str, str]:
    """A conflict check that waits, a message the staff may release, a task of everybody's, and delegated work."""
    at: dict[str, str] = {}
    rfe.firm.desk("mduarte").write(matters.open_matter, "other", "Ibarra, Rosa", paralegal="mduarte")
    for name in ("bcole", "mduarte"):
        for course in ("confidentiality", "interviewing"):
            rfe.firm.desk(name).write(training.acknowledge, course)
    for who in EVERYBODY:
        called = rfe.firm.desk("jreyes").write(notes.call, rfe.matter, "Call back.", callback=who)
        assert called.task is not None
        at[f"task of {who}"] = called.task
    for supervisor in ("aokafor", "lchen", "jreyes", "accredited", "partial"):
        called = rfe.firm.desk("jreyes").write(notes.call, rfe.matter, "Call.", callback="mduarte")
        assert called.task is not None
        given = rfe.firm.desk("jreyes").write(
            supervision.give, called.task, to="mduarte", under=supervisor, instructions="Facts only."
        )
        at[f"under {supervisor}"] = given.ref
    with raw(rfe, "jreyes", keep=True) as hand:
        at["conflict"] = hand.value("SELECT ref FROM conflict_check WHERE state = 'open'")
        at["notice_message"] = hand.value("SELECT ref FROM message WHERE release = 'attorney'")
        row = dict(hand.one("SELECT * FROM message WHERE release = 'attorney'")._mapping)
        hand.insert("message", **{**row, "id": new_id(), "ref": "MS-STAFF1", "release": "staff"})
        at["staff_message"] = "MS-STAFF1"
    return at


def _standing(turn: Turn, who: str) -> Standing:
    return authority.standing(turn, turn.person(who).id)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("authority")
    made = Scene({}, {}, {})
    for stage in ("received", "drafting", "content", "second", "signoff", "signed"):
        made.stages[stage] = sqlite_stage(stage, folder)
        _more_people(made.stages[stage])
        made.at[stage] = {}
    made.at["received"] = _more_things(made.stages["received"])
    (folder / "other").mkdir()
    loosened = sqlite_stage("opened", folder / "other")
    _more_people(loosened)
    loosened.firm.desk("jreyes").write(policy.change, "two-person", reason="few", passphrase=PASSPHRASE)
    made.stages["loosened"], made.at["loosened"] = loosened, {}
    jreyes = made.stages["received"].firm.desk("jreyes")
    for who in EVERYBODY:
        made.standing[who] = jreyes.read(_standing, who)
    yield made
    for rfe in made.stages.values():
        rfe.firm.close()


HERS = {
    "aokafor": {"reassign_task", "export_matter", "raise_wall"},
    "jreyes": {"reassign_task", "export_matter", "raise_wall"},
    "mduarte": {"export_matter"},
    "bcole": {"export_matter"},
}
"""What is somebody's as an owner of the very matter: its lead and its supervising attorney, its two paralegals."""


@pytest.mark.parametrize("act", [act.id for act in MATRIX.act if act.id != "raise_wall"])
def test_the_desk_refuses_what_the_matrix_does_not_permit(scene: Scene, act: str) -> None:
    """The table of real refusals, and the table of the matrix, side by side."""
    refused: dict[str, str] = {}
    written: dict[str, str] = {}
    for who in EVERYBODY:
        stage = steps(scene.stages["received"], who, {})[act][0]
        rfe = scene.stages[stage]
        _, use_case, args, kwargs = steps(rfe, who, scene.at[stage])[act]
        refused[who] = "no" if may(rfe.firm.desk(who), use_case, *args, **kwargs) in AUTHORITY else "yes"
        said = permits(MATRIX.get(act), scene.standing[who])
        written[who] = ("yes" if act in HERS.get(who, set()) else "no") if said == "own" else said
    assert refused == written


def test_the_walk_leaves_no_act_out(scene: Scene) -> None:
    tried = steps(scene.stages["received"], "mduarte", scene.at["received"])
    assert set(tried) == {act.id for act in MATRIX.act}


# -- accredited representatives: within scope ---------------------------------------------------------------------


@pytest.fixture
def rep(firm: FirmFixture) -> str:
    """A partially accredited representative of the firm; a login belongs to the whole server."""
    handle = f"rep{secrets.token_hex(4)}"
    firm.passwords[handle] = "a long password"
    firm.desk("jreyes").write(
        people.add,
        handle,
        "Noor Haddad",
        ("paralegal",),
        licence=("accredited_representative", "77", "", None),
        scope="dhs",
        password="a long password",
    )
    return handle


@pytest.mark.own_logins
def test_partial_accreditation_ends_before_the_court(firm: FirmFixture, rep: str) -> None:
    desk, mine = firm.desk("mduarte"), firm.desk(rep)
    for type_, forms in (("removal_defense", ()), ("asylum", ("EOIR-28",))):
        with pytest.raises(NotAllowed, match="before DHS alone"):
            desk.write(matters.open_matter, type_, "Ada Okonjo", attorney=rep, form=forms)
    removal = desk.write(matters.open_matter, "removal_defense", "Ada Okonjo").ref
    petition = desk.write(matters.open_matter, "family_petition", "Ada Okonjo", attorney=rep).ref
    assert desk.read(matters.show, petition).owners["lead_attorney"] == rep
    with pytest.raises(NotAllowed, match="before DHS alone"):
        desk.write(matters.set_owner, removal, "supervising_attorney", rep)
    mine.write(notes.strategy, petition, "File concurrently.")
    with pytest.raises(NotAllowed, match="this matter is before the court"):
        mine.write(notes.strategy, removal, "Concede nothing.")

    def offered(turn: Turn, ref: str) -> bool:
        return authority.people_of(turn, turn.matter(ref).id)[turn.person(rep).id].licensed

    # Nobody is offered what they may not do: routing sees no licence there.
    assert (desk.read(offered, petition), desk.read(offered, removal)) == (True, False)
    # A matter that comes before the court later: the doctor tells the managers.
    desk.write(matters.form_add, petition, "EOIR-42B")
    check = firm.desk("inovak").read(licences.check)
    assert not check.ok
    assert f"{rep} is lead attorney of {petition}" in check.detail
    assert not desk.read(offered, petition)
    with pytest.raises(NotAllowed, match="this matter is before the court"):
        mine.write(notes.strategy, petition, "Ask for cancellation.")

"""Every forbidden short cut is refused by the desk with its sentence, and again by the store when somebody types SQL."""

from __future__ import annotations

import pytest

from casedesk.refusal import Refusal
from tests.security.conftest import At
from tests.security.short_cuts import GATE, LEAVING, NAMES, SIGNING, WORK, ShortCut
from tests.support.raw import attempt, raw

ALL = (*GATE, *SIGNING, *LEAVING, *WORK, *NAMES)


@pytest.mark.parametrize("cut", ALL, ids=[cut.name.replace(" ", "-") for cut in ALL])
def test_a_short_cut_is_refused_twice(at: At, cut: ShortCut) -> None:
    rfe = at(cut.stage, fresh=cut.before is not None)
    if cut.before is not None:
        cut.before(rfe)
    if cut.desk is not None:
        assert cut.said is not None
        with pytest.raises(Refusal) as refused:
            cut.desk(rfe, rfe.firm.desk(cut.who))
        assert (refused.value.code, cut.said[1] in refused.value.sentence()) == (
            cut.said[0],
            True,
        ), refused.value.sentence()
    expected = cut.expected(rfe.firm.shared)
    if expected is not None:
        assert attempt(rfe, cut.who, cut.sql) == expected


WRITTEN = {
    "audit": "UPDATE audit SET payload = '{}'",
    "manifest": "UPDATE manifest SET body = '{}'",
    "manifest_document": "UPDATE manifest_document SET name = 'x'",
    "document_version": "UPDATE document_version SET bytes = 1",
    "blob_chunk": "UPDATE blob_chunk SET data = data",
    "draft": "UPDATE draft SET version = version + 1",
    "decision": "UPDATE decision SET trace = '{}'",
    "firm_policy": "UPDATE firm_policy SET policy = 'sole', eyes = 1",
    "sign_off": "UPDATE sign_off SET signature = ''",
}


@pytest.mark.parametrize("who", ["jreyes", "inovak", "mduarte"])
@pytest.mark.parametrize("table", sorted(WRITTEN))
def test_what_is_written_is_neither_changed_nor_deleted(at: At, table: str, who: str) -> None:
    rfe = at("signed")
    changed = attempt(rfe, who, lambda hand: hand.run(WRITTEN[table]))
    deleted = attempt(rfe, who, lambda hand: hand.run(f"DELETE FROM {table}"))
    if rfe.firm.shared:
        assert (changed, deleted) == ("not_allowed", "not_allowed")
    else:
        assert changed == ("sign_off_final" if table == "sign_off" else "written_once")
        assert deleted == "kept"


@pytest.mark.parametrize(
    "table",
    ["review", "review_point", "filing", "task", "message", "deadline", "signature_slot", "person", "event"],
)
def test_nothing_of_the_record_is_deleted(at: At, table: str) -> None:
    rfe = at("shipped")
    code = attempt(rfe, "jreyes", lambda hand: hand.run(f"DELETE FROM {table}"))
    assert code == ("not_allowed" if rfe.firm.shared else "kept")


def test_a_signer_reads_only_her_own_wrapped_key(at: At) -> None:
    rfe = at("opened")
    if not rfe.firm.shared:
        return  # one trust domain: whoever can read the file reads the wrapped keys in it
    with raw(rfe, "aokafor") as hand:
        mine = hand.conn.exec_driver_sql("SELECT key_id FROM casedesk_my_signing_keys()").all()
        owners = {hand.value("SELECT person_id FROM signing_key WHERE key_id = :k", k=row[0]) for row in mine}
        assert owners == {hand.me}
    assert (
        attempt(rfe, "mduarte", lambda hand: hand.value("SELECT count(*) FROM casedesk_my_signing_keys()"))
        == "nothing"
    )

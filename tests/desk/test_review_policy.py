"""The review policy: tightened by a manager, loosened only over an attorney's signature, ended by a second person."""

from __future__ import annotations

import pytest

from casedesk.desk import people, policy, trail
from casedesk.refusal import Refusal
from tests.support.firm import PASSPHRASE, FirmFixture


def test_loosening_takes_an_attorneys_signature(firm: FirmFixture) -> None:
    okafor = firm.desk("aokafor")
    with pytest.raises(Refusal, match="attorney"):
        firm.desk("inovak").write(policy.change, "two-person", reason="fewer people")
    with pytest.raises(Refusal, match="signature"):
        okafor.write(policy.change, "two-person", reason="fewer people")
    with pytest.raises(Refusal, match="passphrase"):
        okafor.write(
            policy.change, "two-person", reason="fewer people", passphrase="not the passphrase at all"
        )
    assert okafor.read(policy.show).policy == "three-person"
    changed = okafor.write(policy.change, "two-person", reason="L. Chen has left", passphrase=PASSPHRASE)
    assert changed.policy == "two-person"
    entry = next(e for e in firm.desk("jreyes").read(trail.listing) if e.action == "firm.policy")
    assert entry.payload == {"before": "three-person", "signed": True}


def test_tightening_is_a_managers_word(firm: FirmFixture) -> None:
    firm.desk("aokafor").write(policy.change, "two-person", reason="for now", passphrase=PASSPHRASE)
    with pytest.raises(Refusal, match="manager"):
        firm.desk("aokafor").write(policy.change, "three-person", reason="we are more again")
    assert (
        firm.desk("inovak").write(policy.change, "three-person", reason="we are more again").policy
        == "three-person"
    )


def test_the_one_person_policy_is_for_one_person(firm: FirmFixture) -> None:
    with pytest.raises(Refusal, match="one active person"):
        firm.desk("aokafor").write(policy.change, "sole", reason="alone", passphrase=PASSPHRASE)


def test_an_unknown_policy_and_a_missing_reason(firm: FirmFixture) -> None:
    with pytest.raises(Refusal, match="no review policy"):
        firm.desk("inovak").write(policy.change, "none", reason="x")
    with pytest.raises(Refusal, match="reason"):
        firm.desk("aokafor").write(policy.change, "two-person", reason=" ", passphrase=PASSPHRASE)


def test_a_second_person_ends_the_one_person_policy(sole_firm: FirmFixture) -> None:
    owner = sole_firm.desk("jreyes")
    assert owner.read(policy.show).policy == "sole"
    owner.write(people.add, "mduarte", "Maria Duarte", ("paralegal",))
    assert owner.read(policy.show).policy == "two-person"

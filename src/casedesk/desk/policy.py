"""The firm's review policy: how many pairs of eyes a packet needs, kept over time.

Tightening is a manager's word. Loosening takes an attorney's signature over what is loosened. A second person ends
the one-person policy by being there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casedesk.desk import proving
from casedesk.desk.desk import prepared_by
from casedesk.desk.proving import Opened
from casedesk.desk.turn import Turn, opaque
from casedesk.desk.views.gate import PolicyView
from casedesk.models.enums import LicenceKind, ReviewPolicy
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import instant

if TYPE_CHECKING:
    from casedesk.desk.desk import Desk
    from casedesk.security.signing import Signer

EYES = {ReviewPolicy.THREE_PERSON: 3, ReviewPolicy.TWO_PERSON: 2, ReviewPolicy.SOLE: 1}
DOMAIN = "casedesk.policy.1"


def show(turn: Turn) -> PolicyView:
    """The policy in force, since when, and how many people could carry a stricter one."""
    row = turn.uow.need("review policy", "", "firm.policy")
    return PolicyView(
        policy=row.policy,
        since=instant(row.set_us),
        active_people=int(turn.uow.scalar("firm.active_staff")),
        qualified_people=int(turn.uow.scalar("firm.qualified_staff")),
    )


def _unlock(desk: Desk, /, policy: str, *, reason: str, passphrase: str | None = None) -> Opened | None:
    if passphrase is None:
        return None
    return proving.opened(desk.read(proving.typed_now), passphrase)


@prepared_by(_unlock)
def change(
    turn: Turn, policy: str, *, reason: str, passphrase: str | None = None, ready: Opened | None
) -> PolicyView:
    """Set the policy. Raises `Refusal` for an unknown one, for loosening without an attorney's signature, and for
    the one-person policy in a firm of several."""
    del passphrase  # it opened the key before this transaction began
    wanted = _known(policy)
    before = turn.uow.need("review policy", "", "firm.policy")
    if wanted.value == before.policy:
        return show(turn)
    if not reason.strip():
        raise Refusal(
            "reason_missing", "A change of the review policy has a reason.", "Say it with --reason."
        )
    if wanted is ReviewPolicy.SOLE and turn.uow.scalar("firm.active_staff") != 1:
        raise Refusal(
            "not_alone", "The one-person policy is for a firm of one active person.", "Choose two-person."
        )
    signature = None
    licence: tuple[int | None, str | None] = (None, None)
    if EYES[wanted] < before.eyes:
        licence_id, kind = turn.require_licence("Loosening the review policy")
        if kind is not LicenceKind.ATTORNEY:
            raise NotAllowed(
                "not_licensed",
                f"Loosening the review policy takes an attorney; {turn.actor.handle} is an accredited representative.",
                "Ask an attorney of the firm.",
            )
        if ready is None:
            raise Refusal(
                "loosening_unsigned",
                "Loosening the review policy takes an attorney's signature.",
                "Type your signing passphrase: --passphrase-stdin.",
            )
        signature = _sign(turn, wanted, before, reason.strip(), ready.signer)
        proving.show(turn, ready)
        licence = (licence_id, kind.value)
    else:
        turn.require_manager("Changing the review policy")
    _write(turn, wanted, before, reason.strip(), licence, signature)
    return show(turn)


def second_person(turn: Turn) -> None:
    """Somebody joined: the one-person policy is over."""
    before = turn.uow.need("review policy", "", "firm.policy")
    if before.policy == ReviewPolicy.SOLE and turn.uow.scalar("firm.active_staff") > 1:
        _write(turn, ReviewPolicy.TWO_PERSON, before, "a second person joined", (None, None), None)


def loosens(before: str, wanted: str) -> bool:
    """Whether `wanted` asks for fewer pairs of eyes. Raises `Refusal` for a policy that is none."""
    return EYES[_known(wanted)] < EYES[ReviewPolicy(before)]


def _write(
    turn: Turn,
    wanted: ReviewPolicy,
    before: Any,
    reason: str,
    licence: tuple[int | None, str | None],
    signature: str | None,
) -> None:
    turn.uow.insert(
        "firm_policy",
        id=turn.uow.new_id(),
        seq=before.seq + 1,
        policy=wanted.value,
        eyes=EYES[wanted],
        eyes_before=before.eyes,
        set_by=turn.actor.id,
        set_us=turn.now_us,
        reason=reason,
        licence_id=licence[0],
        licence_kind=licence[1],
        signature=signature,
    )
    turn.uow.audit("firm.policy", wanted.value, before=before.policy, signed=signature is not None)


def _sign(turn: Turn, wanted: ReviewPolicy, before: Any, reason: str, signer: Signer) -> str:
    from casedesk.security.canonical import canonical_json
    from casedesk.security.signing import sign_bytes

    words = canonical_json(
        {
            "domain": DOMAIN,
            "store": turn.uow.store_id,
            "seq": before.seq + 1,
            "before": before.policy,
            "policy": wanted.value,
            "reason": reason,
            "signer": opaque(turn.actor.id),
            "key_id": signer.key_id,
            "at_us": turn.now_us,
        }
    )
    return sign_bytes(signer, words).hex()


def _known(policy: str) -> ReviewPolicy:
    try:
        return ReviewPolicy(policy.strip().lower())
    except ValueError as error:
        names = ", ".join(p.value for p in ReviewPolicy)
        raise Refusal(
            "unknown_policy", f"There is no review policy {policy!r}.", f"They are: {names}."
        ) from error

"""Guards of signing keys: enrolled on another person's word, never changed, never back once revoked.

What a key begins with is decided at its first row: founded with the firm, waiting, in the place of one's own key in
force, or alone where nobody else could answer for it. PostgreSQL holds the acts beside it to a fresh proof of the key
that answers (`policies/30_signing.sql`).
"""

from __future__ import annotations

from casedesk.store.guards.said import Consequence, Guard, licensed

_COMPROMISED = "compromised:"
"""How the reason of a key revoked for compromise begins."""

_OWN_WORD = (
    "NEW.cosigned_by IS NOT DISTINCT FROM NEW.person_id AND NEW.cosigned_us IS NOT NULL"
    " AND NEW.cosign_statement <> '' AND NEW.cosignature <> ''"
)
_IN_PLACE_OF_ONES_OWN = (
    "NEW.replaces IS NOT NULL AND EXISTS (SELECT 1 FROM signing_key o WHERE o.key_id = NEW.replaces"
    " AND o.person_id = NEW.person_id AND o.active = 1)"
)
_ALONE = (
    "NEW.replaces IS NULL AND NOT EXISTS (SELECT 1 FROM signing_key o JOIN person q ON q.id = o.person_id"
    f" WHERE o.person_id <> NEW.person_id AND o.active = 1 AND q.outside = 0"
    f" AND {licensed('o.person_id', 'NEW.enrolled_us')})"
)
_SAME = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}"
    for column in (
        "key_id",
        "person_id",
        "public_key",
        "wrapped",
        "salt",
        "memory_kib",
        "passes",
        "lanes",
        "token_sha256",
        "enrolled_us",
        "replaces",
    )
)
_WORD_STAYS = " AND ".join(
    f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}"
    for column in ("cosigned_by", "cosigned_us", "cosign_statement", "cosignature")
)
_REVOKED = f"NEW.active = 0 AND OLD.revoked_us IS NULL AND NEW.revoked_us IS NOT NULL AND {_WORD_STAYS}"
_CONFIRMED = (
    "OLD.active = 0 AND NEW.active = 1 AND OLD.revoked_us IS NULL AND NEW.revoked_us IS NULL AND NEW.revoked_by IS NULL"
    " AND NEW.revoked_reason = OLD.revoked_reason AND OLD.cosigned_by IS NULL"
)
_BY_ANOTHER = (
    "NEW.cosigned_by IS NOT NULL AND NEW.cosigned_by <> NEW.person_id AND NEW.cosigned_us IS NOT NULL"
    " AND NEW.cosign_statement <> '' AND NEW.cosignature <> ''"
    " AND EXISTS (SELECT 1 FROM signing_key o JOIN person q ON q.id = o.person_id WHERE o.person_id = NEW.cosigned_by"
    f" AND o.active = 1 AND q.outside = 0) AND {licensed('NEW.cosigned_by', 'NEW.cosigned_us')}"
)

KEYS_OF_SIGNERS = (
    Guard(
        "signing_key",
        "INSERT",
        "signing_key_begins",
        "A new signing key is not revoked, and one that waits carries nobody's word.",
        "NEW.revoked_us IS NOT NULL OR NEW.revoked_by IS NOT NULL OR NEW.revoked_reason <> '' OR (NEW.active = 0 AND"
        " (NEW.cosigned_by IS NOT NULL OR NEW.cosigned_us IS NOT NULL OR NEW.cosign_statement <> ''"
        " OR NEW.cosignature <> '' OR NEW.replaces IS NOT NULL))",
    ),
    Guard(
        "signing_key",
        "INSERT",
        "key_not_cosigned",
        "A new signing key waits until another attorney confirms it.",
        # Before the trail's first entry there is only the founding transaction.
        f"NEW.active = 1 AND EXISTS (SELECT 1 FROM audit a) AND NOT ({_OWN_WORD}"
        f" AND (({_IN_PLACE_OF_ONES_OWN}) OR ({_ALONE})))",
    ),
    Guard(
        "signing_key",
        "INSERT",
        "key_not_licensed",
        "A signing key in force is an attorney's, or an accredited representative's, with a live licence.",
        "NEW.active = 1 AND EXISTS (SELECT 1 FROM audit a) AND NOT "
        + licensed("NEW.person_id", "NEW.enrolled_us"),
    ),
    Guard(
        "signing_key",
        "UPDATE",
        "signing_key_fixed",
        "A signing key is confirmed once or revoked, never changed, and does not come back.",
        f"{_SAME} OR (({_REVOKED}) OR ({_CONFIRMED})) IS NOT TRUE",
    ),
    Guard(
        "signing_key",
        "UPDATE",
        "key_not_cosigned",
        "A signing key is confirmed by another attorney who has a key in force.",
        f"NEW.active = 1 AND ({_BY_ANOTHER}) IS NOT TRUE",
    ),
    Guard(
        "signing_key",
        "UPDATE",
        "key_not_licensed",
        "A signing key in force is an attorney's, or an accredited representative's, with a live licence.",
        f"NEW.active = 1 AND NOT {licensed('NEW.person_id', 'NEW.cosigned_us')}",
    ),
    *(
        Guard(
            "signing_key",
            event,
            "one_key_in_force",
            "A person signs with one key; a new one takes the old one's place.",
            "NEW.active = 1 AND EXISTS (SELECT 1 FROM signing_key o WHERE o.person_id = NEW.person_id AND o.active = 1"
            " AND o.key_id <> NEW.key_id AND o.key_id IS DISTINCT FROM NEW.replaces)",
        )
        for event in ("INSERT", "UPDATE")
    ),
)

CONSEQUENCES_FOR_KEYS = (
    Consequence(
        "signing_key",
        "INSERT",
        "key_retires",
        "NEW.active = 1 AND NEW.replaces IS NOT NULL",
        "UPDATE signing_key SET active = 0, revoked_us = NEW.enrolled_us, revoked_by = NEW.person_id,"
        " revoked_reason = 'replaced by ' || NEW.key_id WHERE key_id = NEW.replaces AND active = 1",
    ),
    Consequence(
        "signing_key",
        "UPDATE",
        "key_voids",
        f"OLD.revoked_us IS NULL AND NEW.revoked_us IS NOT NULL"
        f" AND substr(NEW.revoked_reason, 1, {len(_COMPROMISED)}) = '{_COMPROMISED}'",
        # What has left the firm left under this sign-off; that is told, not undone.
        "UPDATE sign_off SET live = 0, voided_us = NEW.revoked_us, voided_reason = 'its key was compromised'"
        " WHERE key_id = NEW.key_id AND live = 1"
        " AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.sign_off_id = sign_off.id)",
    ),
)

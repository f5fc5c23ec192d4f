"""Guards of signing keys: enrolled on another person's word, never changed, never back once revoked."""

from __future__ import annotations

from casedesk.store.guards.said import Guard

KEYS_OF_SIGNERS = (
    Guard(
        "signing_key",
        "UPDATE",
        "signing_key_fixed",
        "A signing key is revoked, never changed, and does not come back.",
        "NEW.active > OLD.active OR NEW.key_id <> OLD.key_id OR NEW.person_id <> OLD.person_id"
        " OR NEW.public_key <> OLD.public_key",
    ),
)

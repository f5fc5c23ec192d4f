"""Guards of what a person asked for and agreed to: rules of contact, consents, and where a message went."""

from __future__ import annotations

from casedesk.store.guards.said import ERASED, Guard

FAMILY = (
    Guard(
        "contact_rule",
        "INSERT",
        "rule_says_what",
        "A rule that binds names its channel; `use` says the address, and no other rule does.",
        "NEW.ended_us IS NOT NULL OR (NEW.binds = '' AND (NEW.channel <> '' OR NEW.value <> ''))"
        " OR (NEW.binds <> '' AND NEW.channel = '') OR (NEW.binds = 'use') <> (NEW.value <> '')"
        " OR (NEW.channel = 'any' AND NEW.binds <> 'never')",
    ),
    Guard(
        "contact_rule",
        "UPDATE",
        "rule_ended",
        "A rule of contact is ended by somebody, once, and never changed.",
        "(OLD.ended_us IS NOT NULL OR NEW.ended_us IS NULL OR NEW.ended_by IS NULL OR NEW.id <> OLD.id"
        " OR NEW.matter_id <> OLD.matter_id OR NEW.party_id IS DISTINCT FROM OLD.party_id OR NEW.rule <> OLD.rule"
        " OR NEW.binds <> OLD.binds OR NEW.channel <> OLD.channel OR NEW.value <> OLD.value"
        " OR NEW.set_by IS DISTINCT FROM OLD.set_by OR NEW.set_us <> OLD.set_us) AND NOT"
        " (NEW.rule = 'erased' AND NEW.value = '' AND NEW.matter_id = OLD.matter_id AND NEW.id = OLD.id"
        f" AND {ERASED.format(matter='OLD.matter_id')})",
    ),
    Guard(
        "consent",
        "UPDATE",
        "consent_fixed",
        "A consent is withdrawn, never changed, and does not come back.",
        "OLD.withdrawn_us IS NOT NULL OR NEW.withdrawn_us IS NULL OR NEW.id <> OLD.id OR NEW.ref <> OLD.ref"
        " OR NEW.matter_id <> OLD.matter_id OR NEW.party_id IS DISTINCT FROM OLD.party_id OR NEW.kind <> OLD.kind"
        " OR NEW.terms <> OLD.terms OR NEW.document_id IS DISTINCT FROM OLD.document_id"
        " OR NEW.signed_on IS DISTINCT FROM OLD.signed_on OR NEW.recorded_by <> OLD.recorded_by"
        " OR NEW.recorded_us <> OLD.recorded_us",
    ),
    Guard(
        "message",
        "UPDATE",
        "message_went",
        "Where a message went is not rewritten.",
        "OLD.state = 'sent' AND (NEW.address <> OLD.address OR NEW.channel <> OLD.channel"
        " OR NEW.sent_via <> OLD.sent_via OR NEW.sent_us IS DISTINCT FROM OLD.sent_us)",
    ),
)

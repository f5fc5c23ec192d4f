"""Store exceptions become refusals here, and nowhere else: by guard, by constraint name, by SQLSTATE."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError, IntegrityError

from casedesk.refusal import Refusal, StoreUnavailable

_GUARD = re.compile(r"casedesk:([a-z_]+):([^\n]+)")
RETRYABLE = ("40001", "40P01")
_DRAWN_OR_FOUND_AGAIN = re.compile(
    r"UNIQUE constraint failed: (?:\w+\.ref|(?:document\.matter_id, )?document\.sha256|event\.request_id)$"
    r'|unique constraint "(?:\w+_ref_key|(?:document|notice)_(?:un)?placed_once|event_request_id_key|rule_set_sha256_key|rule_install_number_key|playbook_version_playbook_version_key)"',
    re.MULTILINE,
)

_BY_CONSTRAINT = {
    "three_person": (
        "three_person",
        "Preparer, second reviewer and signer are three different people in this firm.",
    ),
    "two_person": ("two_person", "Two different people stand behind a packet in this firm."),
    "sole_second_pass": (
        "second_pass_too_soon",
        "The second pass comes at least thirty minutes after assembly.",
    ),
    "decided_by_a_qualified_person": ("not_qualified", "A review needs a qualified reviewer."),
    "content_and_signoff_by_a_licence": ("not_licensed", "An attorney reviews the content and signs."),
    "signed_by_a_licence": ("not_licensed", "An attorney, or an accredited representative, signs."),
    "loosening_is_signed": (
        "loosening_unsigned",
        "Loosening the review policy takes an attorney's signature.",
    ),
    "days_in_order": ("days_in_order", "The last day is before the first."),
    "cover_is_someone_else": ("cover_is_someone_else", "Nobody covers for themselves."),
    "form_receipt_once": ("receipt_taken", "That receipt number stands on another form already."),
    "person_handle_key": ("handle_taken", "That handle is taken."),
}


def retryable(error: DBAPIError) -> bool:
    """True for the two SQLSTATEs that mean "again", serialization failure and deadlock, and for two unique keys.

    A ref drawn twice is drawn anew; a paper or a request that another transaction put there meanwhile is found by the
    next try, which then says so.
    """
    if getattr(error.orig, "sqlstate", None) in RETRYABLE:
        return True
    return isinstance(error, IntegrityError) and bool(_DRAWN_OR_FOUND_AGAIN.search(str(error.orig)))


def translate(error: DBAPIError) -> Refusal:
    """The refusal a person reads in place of a driver's exception."""
    words = str(error.orig)
    guard = _GUARD.search(words)
    if guard:
        return Refusal(guard.group(1), guard.group(2).strip())
    for name, (code, sentence) in _BY_CONSTRAINT.items():
        if name in words:
            return Refusal(code, sentence)
    state = getattr(error.orig, "sqlstate", None)
    if state == "42501":
        return Refusal("not_allowed", "The store does not let this login do that.", "Ask a manager who may.")
    if isinstance(error, IntegrityError):
        if "FOREIGN KEY" in words or state == "23503":
            return Refusal(
                "gate", "The record does not hold what this step rests on.", "Look at the packet's reviews."
            )
        if "UNIQUE" in words or state == "23505":
            return Refusal("already_there", "That is on the record already.")
        return Refusal(
            "constraint", "The record refuses these values.", "Run the command again with --debug."
        )
    return unavailable(words)


def in_doubt() -> StoreUnavailable:
    """The connection went away between the request to commit and its answer: nobody here knows which it was."""
    return StoreUnavailable(
        "commit_in_doubt",
        "The network went away while this was being saved; it is on the record whole, or not at all.",
        "Look before you repeat; a paper received again is kept once.",
    )


def no_text() -> StoreUnavailable:
    """A text of the store is none: the driver reads rows past SQLAlchemy, and says so in a way of its own."""
    return unavailable("malformed")


def unavailable(words: str) -> StoreUnavailable:
    """The sentence for a store that is locked, broken or out of reach."""
    low = words.lower()
    if "locked" in low or "busy" in low or "lock timeout" in low:
        return StoreUnavailable(
            "store_locked", "The store is locked by another program.", "Try again in a moment."
        )
    if "malformed" in low or "could not decode to utf-8" in low:
        return StoreUnavailable(
            "store_damaged",
            "The store's file is damaged; nothing was written.",
            "Restore it from a backup.",
        )
    if "not a database" in low or "file is encrypted" in low:
        return StoreUnavailable(
            "not_a_store",
            "That file is not a casedesk store.",
            "Name the store with --store, or run `casedesk demo`.",
        )
    if "disk is full" in low or "no space" in low:
        return StoreUnavailable(
            "disk_full", "The disk is full; nothing was written.", "Free some space and repeat."
        )
    if "disk i/o error" in low:
        return StoreUnavailable(
            "disk_refused",
            "The disk refused to read or write the store; nothing was written.",
            "Look at its space, its quota and its health, and repeat.",
        )
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return StoreUnavailable(
            "store_not_writable",
            "The store's file or folder may not be written; nothing was written.",
            "Look at its rights.",
        )
    if "certificate" in low or "ssl" in low or "channel binding" in low or "authentication method" in low:
        return StoreUnavailable(
            "line_not_safe",
            "The line to the database is not safe: its certificate, its name or its way of asking for the password is"
            " not what casedesk insists on; no password was sent.",
            "Ask whoever runs the server for its root certificate, and name it with sslrootcert=FILE in the address.",
        )
    if "password" in low or "authentication" in low:
        return StoreUnavailable(
            "login_refused",
            "The database does not know that login and password.",
            "Check --as, and the password in the keyring or PGPASSFILE.",
        )
    return StoreUnavailable(
        "store_unreachable",
        "The store is out of reach; nothing was written.",
        "Check the network and repeat.",
    )

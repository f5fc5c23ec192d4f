"""The one way the desk says no.

Every refusal carries a stable code (for programs), one sentence that names the thing (for people), and the next
step. The command line maps it to an exit status, the desk to a toast; nothing else is ever shown to a user.
"""

from __future__ import annotations


class Refusal(Exception):
    """The desk declines, and nothing was changed.

    `code` is a stable slug, `message` one sentence that names the thing, `next` the next step (may be empty).
    """

    exit_status = 1

    def __init__(self, code: str, message: str, next: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next = next

    def sentence(self) -> str:
        """The message and the next step, as a person reads them."""
        return f"{self.message} {self.next}".strip()


class NotFound(Refusal):
    """Nothing of that name, or nothing this person may see: the two are never told apart."""

    def __init__(self, what: str, name: str, next: str = "") -> None:
        super().__init__("not_found", f"There is no {what} {name!r}.", next)


class NotAllowed(Refusal):
    """The thing exists, but this person may not do that to it."""


class Conflict(Refusal):
    """Somebody else changed the row first; both values are kept for the person to see.

    `mine` is what this call wanted to write, `theirs` what stands in the store now.
    """

    def __init__(
        self, message: str, *, mine: object, theirs: object, next: str = "Look again and repeat."
    ) -> None:
        super().__init__("conflict", message, next)
        self.mine = mine
        self.theirs = theirs


class WrongUsage(Refusal):
    """The words of the call do not fit; nothing was tried."""

    exit_status = 2


class StoreUnavailable(Refusal):
    """The store is out of reach, locked, newer than this program, or not one of ours."""

    exit_status = 3

"""What people and clients are told, by which way, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MessageView:
    """`address` is where it went, or goes by what is known now; `refused` why no rule of contact lets it go."""

    id: str
    ref: str
    matter: str
    to: str
    channel: str
    language: str
    template: str
    state: str
    subject: str = ""
    body: str = ""
    release: str = "attorney"
    fallback: bool = False
    contact_rules: tuple[str, ...] = ()
    created: datetime | None = None
    address: str = ""
    refused: str = ""


@dataclass(frozen=True)
class TellView:
    """Something a person was told in the app; `body` holds the lines of several things told at once."""

    id: str
    at: datetime
    subject: str
    task: str | None
    seen: bool
    body: str = ""
    matter: str | None = None


@dataclass(frozen=True)
class PreferenceView:
    """How one person is reminded outside the app. Times are `HH:MM` on their own clock."""

    person: str
    mail: str
    quiet_from: str
    quiet_until: str
    digest_at: str
    desktop: bool
    invitations: bool


@dataclass(frozen=True)
class DeliveryView:
    """Something for outside the desk, and what became of it."""

    id: str
    channel: str
    about: str
    person: str | None
    webhook: str | None
    task: str | None
    matter: str | None
    state: str
    due: datetime
    attempts: int
    sent_at: datetime | None
    error: str
    created: datetime
    settled_by: str | None
    key: str


@dataclass(frozen=True)
class Sent:
    """One round of sending. `why` says what stands against sending at all, "" when nothing does."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    why: str = ""


@dataclass(frozen=True)
class WebhookView:
    """A program of the firm's that is told; `about` are the kinds it hears of, none meaning all."""

    id: str
    ref: str
    url: str
    about: tuple[str, ...]
    active: bool
    private: bool
    created_by: str
    created: datetime


@dataclass(frozen=True)
class ChannelView:
    """A way out of the desk: whether it is set up, whether this machine can use it, and how, in words."""

    channel: str
    set_up: bool
    ready: bool
    detail: str

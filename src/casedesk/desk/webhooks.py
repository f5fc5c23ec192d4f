"""Other programs of the firm's that are told what people are told: kinds, refs and instants, never of a walled matter.

Each call is signed with a key that lies in a keyring, not in the store; it is shown once, when the webhook is added.
"""

from __future__ import annotations

import ipaddress
import json
from datetime import timedelta
from typing import Any, Final

from casedesk.channels.http import address_of, is_public
from casedesk.desk import asked, deliveries, settings
from casedesk.desk.turn import Turn, id_of, instant, opaque
from casedesk.desk.views.telling import WebhookView
from casedesk.models.enums import Channel
from casedesk.refusal import Refusal
from casedesk.store.unit_of_work import as_json, micros

LOOK_BACK: Final = timedelta(hours=24)


def secret_name(ref: str) -> str:
    """What a webhook's key is kept under."""
    return f"webhook:{ref}"


def listing(turn: Turn) -> tuple[WebhookView, ...]:
    """Every webhook, those that were stopped too."""
    turn.require_inside("Looking at the firm's webhooks")
    return tuple(_view(turn, row) for row in turn.uow.all("webhook.listing"))


def add(turn: Turn, url: str, about: tuple[str, ...] = (), *, private: bool = False) -> WebhookView:
    """Tell a program from now on. Managers only; its address is https, or with `private` one inside our own network.

    Raises `NotAllowed`, and `Refusal("bad_address")`.
    """
    turn.require_manager("Adding a webhook")
    if turn.uow.scalar("meta.get", key="demo") == "1":
        raise Refusal("demo_sends_nothing", "A demo tells nobody anything.", "")
    try:
        parts = address_of(asked.words(url, "The address"))
        if parts.scheme != "https" and not private:
            raise ValueError("it begins with http, so that everybody on the way could read it")
        if not private and _inside(str(parts.hostname)):
            raise ValueError("it lies inside our own network; allow that with --allow-private")
    except ValueError as why:
        raise Refusal(
            "bad_address", f"That is no address for a webhook: {why}.", "Write https://HOST/PATH."
        ) from None
    kinds = tuple(sorted({asked.words(kind, "A kind", most=40) for kind in about}))
    row_id, ref = turn.uow.new_id(), turn.uow.new_ref("W", "webhook")
    turn.uow.insert(
        "webhook",
        id=row_id,
        ref=ref,
        url=url.strip(),
        about=as_json(list(kinds)),
        created_by=turn.actor.id,
        created_us=turn.now_us,
    )
    if private:
        settings.put(turn, {f"webhook.private.{ref}": "yes"})
    turn.uow.audit("webhook.added", ref, host=parts.hostname, about=list(kinds))
    return _view(turn, turn.uow.need("webhook", ref, "webhook.find", ref=ref, id=0))


def stop(turn: Turn, ref: str) -> WebhookView:
    """Tell a program nothing more. Managers only. Raises `NotFound`."""
    turn.require_manager("Stopping a webhook")
    row = find(turn, ref)
    turn.uow.update("webhook", row.id, version=row.version, active=0)
    turn.uow.audit("webhook.stopped", row.ref)
    return _view(turn, turn.uow.need("webhook", ref, "webhook.find", ref=row.ref, id=0))


def show(turn: Turn, ref: str) -> WebhookView:
    """One webhook. Raises `NotFound`."""
    turn.require_inside("Looking at the firm's webhooks")
    return _view(turn, find(turn, ref))


def find(turn: Turn, ref: str) -> Any:
    """A webhook by ref or id. Raises `NotFound`."""
    return turn.uow.need("webhook", ref, "webhook.find", ref=ref.strip().upper(), id=id_of(ref))


def target(turn: Turn, webhook: int) -> WebhookView | None:
    """The webhook a call is for."""
    row = turn.uow.one("webhook.find", ref="", id=webhook)
    return None if row is None else _view(turn, row)


def news(turn: Turn, limit: int, *, only_look: bool = False) -> int:
    """Put up for each program what it was not told yet; how many calls. Under the service alone, which sees all."""
    if turn.actor.kind != "service":
        return 0
    made = 0
    for hook in turn.uow.all("webhook.listing"):
        if not hook.active:
            continue
        since = max(micros(turn.now - LOOK_BACK), hook.created_us)
        rows = turn.uow.all("reminder.news", since_us=since, ref=hook.ref, kinds=hook.about, limit=limit)
        for row in rows:
            made += 1
            if only_look:
                return made
            deliveries.queue(
                turn,
                Channel.WEBHOOK,
                f"{row.message_id}#{hook.ref}",
                row.about,
                webhook=hook.id,
                body=_body(row),
                matter_id=row.matter_id,
                task_id=row.task_id,
            )
    return made


def _body(row: Any) -> str:
    return json.dumps(
        {
            "about": row.about,
            "at": instant(row.created_us).isoformat().replace("+00:00", "Z"),
            "person": row.handle,
            "task": row.task_ref,
            "matter": row.matter_ref,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def _inside(host: str) -> bool:
    """Whether a host is written as an address of our own network; a name is looked up when it is called."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _private(turn: Turn, ref: str) -> bool:
    return settings.value(turn, f"webhook.private.{ref}") == "yes"


def _view(turn: Turn, row: Any) -> WebhookView:
    return WebhookView(
        id=opaque(row.id),
        ref=row.ref,
        url=row.url,
        about=tuple(json.loads(row.about)),
        active=bool(row.active),
        private=_private(turn, row.ref),
        created_by=turn.handle(row.created_by),
        created=instant(row.created_us),
    )

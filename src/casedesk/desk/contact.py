"""Who may be reached, and where: the one door through which everything leaves that goes towards a person of a matter.

Messages, letters, labels, telephone calls, invitations and exports ask `reach` for the way and the address, at the
moment they leave. A rule belongs to one matter: what a person asked for here says nothing about them elsewhere, and
is told nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casedesk.desk import asked, cards
from casedesk.desk.turn import Turn, at, id_of, instant, opaque
from casedesk.desk.views.matters import ContactRuleView
from casedesk.refusal import NotFound, Refusal

ANY: Final = "any"
CHANNELS: Final = ("email", "mail", "phone", "text", "in_person", "voicemail")
"""The ways to a person, in the order in which the desk chooses one; it never chooses a voicemail."""

WORDS: Final = {
    "email": "e-mail",
    "mail": "mail",
    "phone": "phone",
    "text": "text message",
    "in_person": "in person",
    "voicemail": "voicemail",
}
FIELD: Final = {"email": "email", "mail": "address", "phone": "phone", "text": "phone", "voicemail": "phone"}
"""Where the party's own row says how a channel reaches them."""

_WITH: Final = {"text": "phone", "voicemail": "phone"}
"""A safe number for calls is the safe number for these as well, and who may not be called gets no voicemail."""

_GOES: Final = {
    "email": "E-mail goes",
    "mail": "Mail goes",
    "phone": "Calls go",
    "text": "Text messages go",
    "voicemail": "Voicemail goes",
}
BINDS: Final = ("never", "only", "use")

_WAYS: Final = {
    "email": "email",
    "secure email": "email",
    **dict.fromkeys(
        ("mail", "letter", "post", "usps", "ups", "fedex", "dhl", "courier", "certified mail"), "mail"
    ),
    **dict.fromkeys(("text", "text message", "sms", "whatsapp", "signal"), "text"),
    **dict.fromkeys(("phone", "call", "phone call", "telephone"), "phone"),
    **dict.fromkeys(("voicemail", "voice mail"), "voicemail"),
    **dict.fromkeys(("in person", "handed over", "by hand"), "in_person"),
}


@dataclass(frozen=True)
class Reach:
    """One way to a party now. `address` is "" in person, and where the record knows none.

    `refused_because` is "" where nothing forbids it, else a sentence that names the person and the rule. `rules` are
    the sentences of every rule in force for them, those for people's eyes among them.
    """

    party_id: int | None
    name: str
    channel: str
    address: str
    rules: tuple[str, ...]
    refused_because: str = ""


def reach(turn: Turn, matter_id: int, party_id: int | None, channel: str | None = None) -> Reach:
    """How a party of a matter is reached by `channel`, or, without one, by the first that no rule forbids.

    Without a party it is the one the matter's messages go to. Asked at the moment something leaves: what was found
    before says nothing about now. Raises `NotFound` for a party of another matter.
    """
    party = _party(turn, matter_id, party_id)
    rules = in_force(turn, matter_id, None if party is None else party.id)
    name = "the client" if party is None else party.name
    own = {way: str(getattr(party, field, "") or "") for way, field in FIELD.items()}
    found = [_one(name, own, rules, way) for way in ((channel,) if channel is not None else CHANNELS[:-1])]
    open_ways = [one for one in found if not one.refused_because]
    best = next((one for one in open_ways if one.address), open_ways[0] if open_ways else found[0])
    return Reach(
        None if party is None else int(party.id),
        name,
        best.channel,
        best.address,
        cards.contact_rules(rules),
        best.refused_because,
    )


def require(turn: Turn, what: str, matter_id: int, party_id: int | None, channel: str | None = None) -> Reach:
    """The same; raises `Refusal` when a rule forbids it, `what` beginning the sentence ("MS-1F3K9A")."""
    found = reach(turn, matter_id, party_id, channel)
    if found.refused_because:
        raise forbidden(what, found.refused_because)
    return found


def forbidden(what: str, because: str) -> Refusal:
    return Refusal(
        "contact_rule",
        f"{what} may not leave this way: {because}",
        "Choose another way, or ask whoever set the rule.",
    )


def in_force(turn: Turn, matter_id: int, party_id: int | None) -> Sequence[Any]:
    """The rules that hold for a party now, the matter's own among them."""
    return turn.uow.all("contact.in_force", matter_id=matter_id, party_id=party_id)


def refusal_of(name: str, rules: Iterable[Any], channel: str) -> str:
    """Why no word may go to `name` by `channel` ("" for a way that is none of ours), "" when nothing forbids it."""
    for rule in rules:
        covered = {channel, _WITH.get(channel, channel)} if channel == "voicemail" else {channel}
        if rule.binds == "never" and rule.channel in {ANY, *covered}:
            return f"{name}: {rule.rule}"
        if rule.binds == "only" and rule.channel != channel:
            return f"{name}: {rule.rule}"
    return ""


def safe_addresses(rules: Iterable[Any], channel: str) -> tuple[str, ...]:
    """Where rules send what goes by `channel`: the party's own rule before the matter's, none where no rule says it.

    More than one means that nothing goes: the desk does not choose between two addresses.
    """
    standing = [rule for rule in rules if rule.binds == "use"]
    for way in dict.fromkeys((channel, _WITH.get(channel, channel))):
        for of_party in (True, False):
            named = {r.value for r in standing if r.channel == way and (r.party_id is not None) == of_party}
            if named:
                return tuple(sorted(named))
    return ()


def in_a_message(channel: str) -> str:
    """A channel as a message names it: what goes by mail is a letter."""
    return "letter" if channel == "mail" else channel


def channel_of(way: str) -> str:
    """The channel that a person's words for how something went are about: "FedEx" is mail; "" for none of ours."""
    return _WAYS.get(re.sub(r"[\s_]+", " ", way.strip().lower().replace("e-mail", "email")), "")


def address_lines(address: str) -> tuple[str, ...]:
    """An address as it stands on a letter: its own lines, or, in one line, the city with state and ZIP on the last."""
    lines = [line.strip() for line in re.split(r"[\n;]+", address) if line.strip()]
    if len(lines) == 1 and (
        found := re.fullmatch(r"(.+?),\s*([^,]+,\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?)", lines[0])
    ):
        return found[1], found[2]
    return tuple(lines)


# -- the rules themselves -------------------------------------------------------------------------------------------


def add(
    turn: Turn,
    matter: str,
    binds: str,
    channel: str,
    value: str = "",
    *,
    party: str | None = None,
    say: str = "",
) -> ContactRuleView:
    """A rule that binds: `never` or `only` this channel, or `use` this address (or number) for it.

    `say` are the words people read instead of ours. Refused: a second address for a channel that has one, and an
    address for a channel that another rule forbids; the standing rule is ended first, by somebody, with a reason.
    """
    row = turn.matter(matter)
    party_id = None if party is None else cards.party_named(turn, row, party)
    kind, way = _binds(binds), _channel(channel, binds)
    where = _value(kind, way, value)
    standing = [r for r in in_force(turn, row.id, party_id) if r.party_id in (None, party_id)]
    if kind == "use":
        _refuse_second(row.ref, [r for r in standing if r.party_id == party_id], way)
        because = refusal_of("another rule says", standing, way)
        if because:
            raise Refusal(
                "contact_rule", f"{because} An address for it would never be used.", _end_first(row.ref)
            )
    rule_id = _insert(
        turn,
        row.id,
        party_id,
        asked.optional(say, "The rule") or _sentence(kind, way, where),
        kind,
        way,
        where,
    )
    # The trail says that a rule was set, never the address: whoever reads it need not know where somebody lives.
    turn.uow.audit(
        "contact_rule.added",
        row.ref,
        matter_id=row.id,
        party=None if party_id is None else opaque(party_id),
        rule=opaque(rule_id),
        binds=kind,
        channel=way,
    )
    return _view(turn, row, rule_id)


def say(turn: Turn, matter: str, rule: str, *, party: str | None = None) -> ContactRuleView:
    """A rule in words: it stands first wherever somebody reads about the matter, and binds people, not the desk."""
    row = turn.matter(matter)
    party_id = None if party is None else cards.party_named(turn, row, party)
    rule_id = _insert(turn, row.id, party_id, asked.words(rule, "The rule"), "", "", "")
    turn.uow.audit(
        "contact_rule.added",
        row.ref,
        matter_id=row.id,
        party=None if party_id is None else opaque(party_id),
        rule=opaque(rule_id),
    )
    return _view(turn, row, rule_id)


def end(turn: Turn, matter: str, rule: str, reason: str) -> ContactRuleView:
    """A rule no longer holds. It stays on record with who ended it; what it forbade may leave from now on."""
    row = turn.matter(matter)
    found = turn.uow.one("contact.rule", matter_id=row.id, id=id_of(rule))
    if found is None:
        raise NotFound("rule of contact", rule, f"See `casedesk matter contact list {row.ref}`.")
    if found.ended_us is not None:
        raise Refusal("already_ended", f"That rule of {row.ref} has ended already.")
    why = asked.words(reason, "The reason")
    turn.uow.run("contact.end", id=found.id, now_us=turn.now_us, by=turn.actor.id)
    turn.uow.audit("contact_rule.ended", row.ref, matter_id=row.id, rule=opaque(found.id), reason=why)
    return _view(turn, row, found.id)


def listing(turn: Turn, matter: str, *, ended: bool = False) -> tuple[ContactRuleView, ...]:
    """A matter's rules of contact, in the order in which they were set; with `ended` those that no longer hold too."""
    row = turn.matter(matter)
    rows = turn.uow.all("contact.listing", matter_id=row.id, ended=int(ended))
    return tuple(_shown(turn, row.ref, found) for found in rows)


# --- within


def _one(name: str, own: dict[str, str], rules: Sequence[Any], channel: str) -> Reach:
    because, safe = refusal_of(name, rules, channel), safe_addresses(rules, channel)
    if not because and len(safe) > 1:
        because = f"{name}: two rules say where {WORDS[channel]} goes."
    if because:
        return Reach(None, name, channel, "", (), because)
    return Reach(None, name, channel, safe[0] if safe else own.get(channel, ""), ())


def _party(turn: Turn, matter_id: int, party_id: int | None) -> Any:
    if party_id is None:
        return turn.uow.one("engine.client_party", matter_id=matter_id, form_id=None)
    return turn.uow.need("party", opaque(party_id), "contact.party", matter_id=matter_id, id=party_id)


def _binds(word: str) -> str:
    kind = asked.slug(word)
    if kind not in BINDS:
        raise asked.unknown(word, "kind of rule", BINDS)
    return kind


def _channel(word: str, binds: str) -> str:
    way = asked.slug(word)
    way = way if way in CHANNELS or way == ANY else channel_of(word)
    if not way:
        raise asked.unknown(word, "channel", (*CHANNELS, ANY))
    if way == ANY and asked.slug(binds) != "never":
        raise Refusal(
            "which_channel", "Only `never` goes with any channel at all.", f"Name one: {', '.join(CHANNELS)}."
        )
    return way


def _value(kind: str, way: str, value: str) -> str:
    if kind != "use":
        if value.strip():
            raise Refusal(
                "no_address",
                f"A rule that says {kind} takes no address.",
                f"Add it as its own: use {way} ADDRESS.",
            )
        return ""
    if way == "in_person":
        raise Refusal("no_address", "Nobody is reached in person at an address.", "Say it in words instead.")
    where = asked.words(value, f"Where {WORDS[way]} goes")
    if way == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+", where):
        raise Refusal("bad_address", f"{where!r} is no e-mail address.", "It has one @ and no blanks.")
    if way in ("phone", "text", "voicemail") and len(re.sub(r"\D", "", where)) < 7:
        raise Refusal("bad_address", f"{where!r} is no telephone number.", "It has at least seven digits.")
    return where


def _refuse_second(ref: str, standing: Iterable[Any], way: str) -> None:
    if any(rule.binds == "use" and rule.channel == way for rule in standing):
        raise Refusal(
            "already_there", f"A rule of {ref} says already where {WORDS[way]} goes.", _end_first(ref)
        )


def _end_first(ref: str) -> str:
    return f"End that rule first: casedesk matter contact end {ref} RULE --reason TEXT."


def _sentence(kind: str, way: str, value: str) -> str:
    if way == ANY:
        return "No contact at all."
    if kind == "use":
        return f"{_GOES[way]} to {value}, and nowhere else."
    return f"{kind.capitalize()} {WORDS[way] if way == 'in_person' else f'by {WORDS[way]}'}."


def _insert(
    turn: Turn, matter_id: int, party_id: int | None, rule: str, binds: str, channel: str, value: str
) -> int:
    rule_id = turn.uow.new_id()
    turn.uow.insert(
        "contact_rule",
        id=rule_id,
        matter_id=matter_id,
        party_id=party_id,
        rule=rule,
        set_by=turn.actor.id,
        set_us=turn.now_us,
        binds=binds,
        channel=channel,
        value=value,
    )
    return rule_id


def _view(turn: Turn, matter: Any, rule_id: int) -> ContactRuleView:
    return _shown(
        turn, matter.ref, turn.uow.need("rule", "", "contact.rule", matter_id=matter.id, id=rule_id)
    )


def _shown(turn: Turn, matter_ref: str, row: Any) -> ContactRuleView:
    return ContactRuleView(
        id=opaque(row.id),
        matter=matter_ref,
        party=row.party,
        rule=row.rule,
        binds=row.binds,
        channel=row.channel,
        value=row.value,
        set_by=turn.handle(row.set_by),
        set_at=instant(row.set_us),
        ended_by=turn.handle(row.ended_by) or None,
        ended_at=at(row.ended_us),
    )

"""Taking somebody in: a person of the firm, or help from outside that one person of the firm answers for."""

from __future__ import annotations

from typing import Any

from casedesk.desk import asked, licences, policy, wall_views
from casedesk.desk.licences import Licence
from casedesk.desk.roster import FOR_OUTSIDE, forget, plain, refuse_manager, shared, show
from casedesk.desk.turn import Turn
from casedesk.desk.views.people import PersonView
from casedesk.models.enums import Role
from casedesk.refusal import NotAllowed, Refusal
from casedesk.store.unit_of_work import as_json


def add(
    turn: Turn,
    handle: str,
    name: str,
    roles: tuple[str, ...],
    *,
    email: str = "",
    languages: tuple[str, ...] = ("en",),
    skills: tuple[str, ...] = (),
    licence: Licence | None = None,
    scope: str = "full",
    capacity_hours: int = 40,
    password: str | None = None,
    outside: bool = False,
    organisation: str = "",
    answers_for: str | None = None,
) -> PersonView:
    """A manager takes somebody in. On the shared store the server makes their login at once.

    `password` is theirs to sign in with; without one the login gets a random one that nobody knows, and the owner of
    the database sets another. Only a SCRAM verifier leaves this machine.

    Somebody from `outside` sees the matters they are admitted to and nothing else; they belong to an `organisation`,
    and one person of the firm answers for them (`answers_for`). A local store takes none: it keeps nobody out.
    """
    turn.require_manager("Adding a person")
    uow = turn.uow
    short = asked.handle(handle)
    full = asked.words(name, "The name")
    held = tuple(dict.fromkeys(asked.one_of(r, Role, "role") for r in roles))
    if not held:
        raise Refusal("no_role", f"{short} needs a role.", "Give at least one, such as paralegal.")
    for each in held:
        refuse_manager(turn, each, f"Adding a {plain(each)}")
    if not 1 <= capacity_hours <= 80:
        raise Refusal("bad_capacity", "A week has from 1 to 80 hours of work.", "Give the hours a week.")
    if uow.one("person.by_handle", handle=short) is not None:
        raise Refusal("handle_taken", f"The handle {short} is taken.", "Choose another one.")
    on_server = shared(turn)
    if on_server and uow.one("person.login_taken", login=short) is not None:
        raise Refusal("login_taken", f"The server has a login {short} already.", "Choose another handle.")
    if not on_server and (walls := wall_views.listing(turn, limit=1)):
        raise Refusal(
            "local_store",
            f"A wall stands around {walls[0].matter}, and a local store keeps nobody out.",
            "Take the wall down, or move the firm to a shared store first.",
        )
    help_from = _outside(turn, short, held, licence, organisation, answers_for) if outside else {}
    person_id = uow.new_id()
    uow.insert(
        "person",
        id=person_id,
        handle=short,
        name=full,
        login=short if on_server else None,
        email=asked.mail_address(email),
        languages=as_json(list(asked.languages(languages))),
        skills=as_json([asked.slug(asked.words(s, "A skill")) for s in skills]),
        capacity_hours=capacity_hours,
        office_id=turn.office.id,
        created_us=turn.now_us,
        **help_from,
    )
    uow.insert_many("person_role", [{"person_id": person_id, "role": role.value} for role in held])
    if licence is not None:
        licences.keep(turn, person_id, licence, scope)
    if on_server:
        _add_login(turn, short, held, password)
    policy.second_person(turn)
    uow.audit(
        "person.added",
        short,
        roles=[role.value for role in held],
        outside=organisation.strip() or None if outside else None,
        answers_for=turn.handle(help_from.get("answers_for_id")) or None,
    )
    forget(turn)
    return show(turn, short)


def _outside(
    turn: Turn,
    short: str,
    roles: tuple[Role, ...],
    licence: Licence | None,
    organisation: str,
    answers_for: str | None,
) -> dict[str, Any]:
    """The columns of somebody from outside; raises `Refusal` for what such a person cannot be."""
    if not shared(turn):
        raise Refusal(
            "outside_needs_logins",
            "A local store is one trust domain: whoever opens it reads all of it, so nobody from outside works on it.",
            "Move the firm to a shared store first, where each person has a login.",
        )
    if set(roles) - FOR_OUTSIDE:
        raise Refusal(
            "outside_role",
            f"{short} is from outside and works as a paralegal or an intake specialist, nothing else.",
            "Leave out the other role.",
        )
    if licence is not None:
        raise NotAllowed(
            "outside_licence",
            f"{short} is from outside, and reviews and signs nothing in this firm's name.",
            "Leave out the licence.",
        )
    if answers_for is None:
        raise Refusal(
            "nobody_answers",
            f"One person of the firm answers for {short}.",
            "Name them with --answers-for HANDLE.",
        )
    return {
        "outside": 1,
        "organisation": asked.words(organisation, "The organisation"),
        "answers_for_id": _answering(turn, answers_for),
    }


def _answering(turn: Turn, name: str) -> int:
    """Who of the firm answers for somebody from outside."""
    owner = turn.person(name)
    if owner.outside:
        raise Refusal("nobody_answers", f"{owner.handle} is from outside too.", "Name somebody of the firm.")
    return owner.id


def _add_login(turn: Turn, login: str, roles: tuple[Role, ...], password: str | None) -> None:
    from casedesk.security.scram import random_password, scram_verifier

    try:
        verifier = scram_verifier(password if password is not None else random_password())
    except ValueError as error:
        raise Refusal("bad_password", str(error), "Choose another password.") from error
    turn.uow.scalar(
        "person.add_login", login=login, verifier=verifier, groups=[f"casedesk_{role}" for role in roles]
    )


def answers(turn: Turn, name: str, answers_for: str) -> PersonView:
    """Another person of the firm answers for somebody from outside from now on."""
    turn.require_manager("Naming who answers for somebody from outside")
    person = turn.person(name)
    if not person.outside:
        raise Refusal("not_outside", f"{person.handle} is of the firm, and answers for themselves.", "")
    turn.uow.update("person", person.id, answers_for_id=_answering(turn, answers_for))
    turn.uow.audit("person.answers", person.handle, answers_for=answers_for)
    forget(turn)
    return show(turn, person.handle)

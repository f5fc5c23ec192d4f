"""Rules from a form: the common ones written as a file, read back in plain English, and proved before anybody keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from casedesk.desk import rules
from casedesk.desk.house import House
from casedesk.refusal import Refusal
from casedesk.routing import explain
from casedesk.routing.rules import Rule, RuleFile
from casedesk.routing.schema import Chain
from casedesk.routing.vocabulary import slug
from casedesk.routing.writing import canonical_file

FORMS = {
    "notice": "A kind of notice: who gets it, by when, with which escalation",
    "matter": "A type of matter: which specialist looks at it first, in which language",
    "reassign": "Work nobody takes up: after how long it goes to whoever has the most room",
}
OWNERS = {
    "matter.primary_paralegal": "the matter's primary paralegal",
    "matter.lead_attorney": "the matter's lead attorney",
    "matter.secondary_paralegal": "the matter's secondary paralegal",
    "role:paralegal": "the paralegal with the most room",
    "role:senior_associate": "the senior associate with the most room",
    "role:intake_specialist": "the intake specialist with the most room",
    "role:operations_manager": "the operations manager",
}
LAST = ("role:operations_manager", "role:managing_partner")
"""Who has it where nobody named is there, so that no work is nobody's."""


@dataclass(frozen=True)
class Draft:
    """A file of rules: its text, and what it says in plain English."""

    text: str
    reads: tuple[str, ...]


def for_notice(kind: str, matter_type: str | None, title: str, owner: str, days: int, chain: str) -> Draft:
    """One more task for a kind of notice, beside what the playbooks open. Raises `Refusal` for what is not sound."""
    when = {"document.kind": kind, "document.matched": True}
    if matter_type:
        when["matter.type"] = matter_type
    return _one_task(f"{kind} {title}", title, "notice.received", when, owner, days, chain)


def for_matter(
    matter_type: str, title: str, role: str, skill: str | None, days: int, *, speaks: bool, chain: str
) -> Draft:
    """A first task in every matter of a type, for a role, a skill, the client's language. Raises `Refusal`."""
    narrow = [f"skill={skill}"] if skill else []
    narrow += ["language=client"] if speaks else []
    owner = f"role:{role}" + (f"[{','.join(narrow)}]" if narrow else "")
    return _one_task(
        f"{matter_type} {title}", title, "matter.opened", {"matter.type": matter_type}, owner, days, chain
    )


def for_reassignment(remind_hours: int, days: int, role: str) -> Draft:
    """The default chain with another pace, and whoever of a role has the most room after the owner. Raises `Refusal`."""
    steps = [
        _step(
            "unacknowledged",
            "remind",
            ["task.owner"],
            after={"amount": remind_hours, "unit": "businessHours"},
        ),
        _step(
            "unacknowledged",
            "reassign",
            [f"role:{role}", "matter.lead_attorney", *LAST],
            after={"amount": days, "unit": "businessDays"},
        ),
        _step(
            "incomplete",
            "alert",
            ["role:operations_manager", "matter.lead_attorney"],
            before_agency_due={"amount": 72, "unit": "elapsedHours"},
        ),
    ]
    chain = Chain.model_validate({"id": "default", "title": "Taken up, or passed on", "steps": steps})
    reads = (
        f"Under the default chain: remind the owner when nobody has acknowledged after {remind_hours} office hours;"
        f" after {days} business days give it to the {role.replace('_', ' ')} with the most room; tell the operations"
        " manager and the lead attorney 72 hours before the agency's date.",
    )
    return _proved(RuleFile(chain=(chain,)), reads)


def _one_task(
    name: str, title: str, trigger: str, when: dict[str, Any], owner: str, days: int, chain: str
) -> Draft:
    owners = [owner, *(last for last in LAST if last != owner)]
    written = {
        "id": slug(name).replace("_", "-"),
        "title": title,
        "version": 1,
        "trigger": trigger,
        "when": when,
        "then": [
            {
                "do": "create_task",
                "title": title,
                "kind": slug(name),
                "owner": owners,
                "acknowledge": {"amount": 1, "unit": "businessDays"},
                "due": {"amount": days, "unit": "businessDays"},
                "chain": chain,
            }
        ],
    }
    try:
        rule = Rule.model_validate(written)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        wrong = ".".join(str(p) for p in first["loc"] if isinstance(p, str)) or "the answers"
        raise Refusal("bad_answer", f"{wrong}: {first['msg']}.", "Answer otherwise.") from error
    return _proved(RuleFile(rule=(rule,)), (explain.english(rule),))


def _step(when: str, do: str, to: list[str], **clock: Any) -> dict[str, Any]:
    return {"when": when, "do": do, "to": to, **clock}


def _proved(file: RuleFile, reads: tuple[str, ...]) -> Draft:
    text = canonical_file(file)
    found = rules.lint(House(), {"new.toml": text.encode()})
    if found:
        raise Refusal("rules_not_sound", f"{found[0].id}: {found[0].message}", "Answer otherwise.")
    return Draft(text, reads)

"""Handing in the draft of a task: its files, what changed, and who has to sign what."""

from __future__ import annotations

from casedesk.desk import drafts
from casedesk.desk.reading import prepare
from casedesk.desk.views.gate import Submitted
from casedesk.refusal import Refusal
from casedesk.screens.base import DeskScreen
from casedesk.screens.drawing import part, some
from casedesk.screens.names import Names
from casedesk.screens.widgets.prompt import Answers, Field, prompt


def draft(screen: DeskScreen, ref: str) -> None:
    """Ask for the draft of the task `ref`, and hand it in."""

    def act(answers: Answers) -> Submitted:
        files = tuple(prepare(path) for path in answers.files["files"])
        return screen.desk.write(
            drafts.submit, ref, files, note=answers["note"], sign=_slots(answers["sign"])
        )

    prompt(
        screen,
        f"Hand in the draft of {ref}",
        (
            Field("files", "Files", "files"),
            Field("note", "Note", required=False, hint="what changed since the last version"),
            Field(
                "sign",
                "To be signed",
                required=False,
                hint="I-485: Part 10: Rosa Ibarra; several with commas",
            ),
        ),
        act,
        lambda done: _submitted(done, screen.names),
        verb="hand in",
        about=[
            [
                part(
                    "The original notice and the exhibits are put in front and behind by the packet.",
                    "dim",
                )
            ],
            [part("A DOCX beside its PDF stays out of it, and is compared with the next one.", "dim")],
        ],
    )


def _submitted(done: Submitted, names: Names) -> str:
    warned = f" Mind: {'; '.join(done.warnings)}" if done.warnings else ""
    return f"Version {done.version} is with {names.short(done.review_owner)} for review, {some(done.pages, 'page')}.{warned}"


def _slots(text: str) -> tuple[tuple[str, str, str], ...]:
    """Form, part and person with colons between. Raises `Refusal` for what is not."""
    slots = []
    for each in filter(None, (piece.strip() for piece in text.split(","))):
        pieces = tuple(piece.strip() for piece in each.split(":"))
        if len(pieces) != 3 or not all(pieces):
            raise Refusal(
                "bad_slot",
                f"{each!r} is not a form, a part and a person.",
                "For example I-485: Part 10: Rosa Ibarra.",
            )
        slots.append((pieces[0], pieces[1], pieces[2]))
    return tuple(slots)

"""Papers to try the desk with: a Request for Evidence that has not come in yet, and what answers it."""

from __future__ import annotations

from pathlib import Path

from casedesk.demo import notices, stories
from casedesk.demo.world import World

MATTER, FORM = "paredes", "I-485"


def write_papers(folder: Path, world: World) -> None:
    """Write them into `folder`: the notice, a draft of the answer, a scan a requested paper, a signed page."""
    folder.mkdir(exist_ok=True, mode=0o700)
    plan = stories.PLANS[MATTER]
    dated = world.day(5)
    about = stories.frame_of(world, MATTER, FORM, dated)
    draft = [
        f"RE: Form {FORM}, Receipt Number {about.receipt}, {plan.client}",
        "Dear Officer: enclosed please find the evidence you asked for, in the order of your request.",
        "Respectfully submitted, Reyes & Okafor LLP",
    ]
    files = {
        "I-797E-paredes.pdf": notices.rfe(about, stories.answer_by(world, FORM, dated)),
        "response-paredes.pdf": notices.letter("DRAFT - Response to the Request for Evidence", draft),
        "signed-page-paredes.png": notices.scan("Form G-28, Part 4", f"signed by {plan.client}"),
    }
    for number, item in enumerate(notices.REQUESTED[FORM], start=1):
        files[f"paper-{number}-paredes.png"] = notices.scan(plan.client, item[:84])
    for name, data in files.items():
        (folder / name).write_bytes(data)

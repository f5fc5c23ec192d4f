"""Our two themes can be read: every tone on every ground, counted as WCAG 2.1 counts."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from casedesk.screens.drawing import TONES
from casedesk.screens.theme import DARK, GROUNDS, LIGHT


def luminance(colour: Color) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def contrast(one: Color, other: Color) -> float:
    """As WCAG 2.1 counts it: 1 for two colours alike, 21 for black on white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_tone_reads_on_every_ground(theme: Theme) -> None:
    colours = {**theme.to_color_system().generate(), **theme.variables}
    weak = {}
    for ground in GROUNDS:
        for tone in ("foreground", *(f"tone-{tone}" for tone in TONES if tone != "strong")):
            ratio = contrast(Color.parse(colours[tone]), Color.parse(colours[ground]))
            if ratio < 4.5:
                weak[tone, ground] = round(ratio, 2)
    assert weak == {}

"""Our own two themes. Every tone has a contrast of at least 4.5 to 1 on every ground it may stand on (a test counts)."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

GROUNDS: Final = ("background", "surface", "panel", "tone-cursor", "tone-cursor-blurred")
"""The variables that text may stand on."""

_DARK: Final = {
    "tone-dim": "#a3b0bd",
    "tone-alert": "#ff9d94",
    "tone-warn": "#ffd27a",
    "tone-good": "#9bdca0",
    "tone-accent": "#9cc3ff",
    "tone-rule": "#3d4a57",
    "tone-cursor": "#1f3a57",
    "tone-cursor-blurred": "#222b35",
}
_LIGHT: Final = {
    "tone-dim": "#4d565f",
    "tone-alert": "#a00519",
    "tone-warn": "#6b4200",
    "tone-good": "#0f5730",
    "tone-accent": "#0a478f",
    "tone-rule": "#b4bcc4",
    "tone-cursor": "#d3e3f6",
    "tone-cursor-blurred": "#e4e8ec",
}


def _extra(tones: dict[str, str], foreground: str) -> dict[str, str]:
    return {
        **tones,
        "border": tones["tone-rule"],
        "border-blurred": tones["tone-rule"],
        "input-cursor-background": foreground,
        "scrollbar": tones["tone-rule"],
        "scrollbar-background": "transparent",
    }


DARK: Final = Theme(
    name="casedesk-dark",
    primary="#5b9cff",
    secondary="#7aa7d9",
    accent="#9cc3ff",
    warning="#ffd27a",
    error="#ff9d94",
    success="#9bdca0",
    foreground="#e3e9ef",
    background="#11161b",
    surface="#182028",
    panel="#1e2730",
    dark=True,
    variables=_extra(_DARK, "#e3e9ef"),
)
LIGHT: Final = Theme(
    name="casedesk-light",
    primary="#0a478f",
    secondary="#3b6ea8",
    accent="#0a478f",
    warning="#6b4200",
    error="#a00519",
    success="#0f5730",
    foreground="#161b20",
    background="#fcfcfa",
    surface="#f1f3f5",
    panel="#e9edf0",
    dark=False,
    variables=_extra(_LIGHT, "#161b20"),
)
THEMES: Final = {"dark": DARK, "light": LIGHT}

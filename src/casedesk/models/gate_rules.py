"""Figures of the gate that the store's constraints and the desk's refusals share. Standard library only."""

from __future__ import annotations

SECOND_PASS_US = 30 * 60 * 1_000_000
"""A sole practitioner's second pass comes at least thirty minutes after the packet was assembled."""

DHS = ("DHS", "USCIS", "AAO", "ICE", "CBP")
"""The agencies before which a partially accredited representative appears, and no other (8 CFR 1292.1(a)(4))."""

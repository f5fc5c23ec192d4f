"""The clock of a place: the zone of an address in the United States, read from its state.

Pure. A state with two zones gives none, and so does an address without a state and postal code: a person says it.
"""

from __future__ import annotations

import re

_ZONES = {
    "America/New_York": "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL LA MN MO MS OK WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV WA",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
}
_ZONE_OF = {state: zone for zone, states in _ZONES.items() for state in states.split()}
_STATE = re.compile(r"[,\s]([A-Z]{2})\.?,?\s+\d{5}(?:-\d{4})?\b")


def zone_of(address: str) -> str | None:
    """The IANA zone of an address that ends in state and postal code ("Newark, NJ 07102"), None where it is not clear."""
    zones = {_ZONE_OF.get(found[1]) for found in _STATE.finditer(address)}
    return zones.pop() if len(zones) == 1 else None

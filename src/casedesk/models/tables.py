"""Every table of the record in one metadata, for migrations and their tests."""

from __future__ import annotations

from sqlmodel import SQLModel

from casedesk.models import document, engine, firm, gate, matter, work

METADATA = SQLModel.metadata
ROOMS = (firm, matter, document, work, gate, engine)

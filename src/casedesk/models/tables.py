"""Every table of the record in one metadata, for migrations and their tests."""

from __future__ import annotations

from sqlmodel import SQLModel

from casedesk.models import care, document, engine, firm, gate, matter, supervision, time, trust, work

METADATA = SQLModel.metadata
ROOMS = (firm, matter, document, work, gate, engine, trust, supervision, care, time)

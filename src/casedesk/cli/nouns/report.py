"""`casedesk report`: the firm's figures."""

from __future__ import annotations

from casedesk.cli.kit import noun
from casedesk.cli.nouns import report_docket, report_kpi

app = noun("Reports: the docket, and the firm's figures.")
report_docket.register(app)
report_kpi.register(app)

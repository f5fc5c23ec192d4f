"""casedesk: a terminal desk for immigration law firms."""

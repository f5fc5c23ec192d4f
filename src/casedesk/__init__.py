"""casedesk: a terminal desk for immigration law firms."""

__version__ = "0.1.0"

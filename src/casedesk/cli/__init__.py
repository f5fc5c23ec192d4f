"""The command line: the plain twin of every screen. One file a noun, loaded only when its command runs."""

from casedesk.cli.run import main

__all__ = ["main"]

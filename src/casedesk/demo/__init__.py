"""The demo firm: ten made-up people, forty made-up matters, two months of history made by the desk's own use-cases.

It is marked as a demo in the store, says so on every screen, and can send no mail.
"""

from casedesk.demo.making import DemoMade, DemoPerson, default_directory, run

__all__ = ["DemoMade", "DemoPerson", "default_directory", "run"]

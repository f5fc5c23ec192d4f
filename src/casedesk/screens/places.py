"""Which screen shows what: the finder, the queue and every key that goes somewhere ask here."""

from __future__ import annotations

from casedesk.screens.base import DeskScreen


def screen_for(kind: str, ref: str) -> DeskScreen | None:
    """A new screen for a thing of that kind, None for a kind without one. Screens are loaded when first asked for."""
    match kind:
        case "task":
            from casedesk.screens.task import TaskScreen

            return TaskScreen(ref)
        case "matter" | "client" | "party" | "form":
            from casedesk.screens.matter import MatterScreen

            return MatterScreen(ref)
        case "matters":
            from casedesk.screens.matters_list import MattersScreen

            return MattersScreen(ref)
        case "review":
            from casedesk.screens.review import ReviewScreen

            return ReviewScreen(ref)
        case "packets" | "packet" | "filing":
            from casedesk.screens.packets import PacketsScreen

            return PacketsScreen(ref)
        case "signatures":
            from casedesk.screens.signatures import SignaturesScreen

            return SignaturesScreen(ref)
        case "messages" | "message":
            from casedesk.screens.messages import MessagesScreen

            return MessagesScreen(ref)
        case "inbox" | "document":
            from casedesk.screens.inbox import InboxScreen

            return InboxScreen()
        case "told":
            from casedesk.screens.told import ToldScreen

            return ToldScreen()
        case "audit":
            from casedesk.screens.audit import AuditScreen

            return AuditScreen(ref)
        case "docket":
            from casedesk.screens.docket import DocketScreen

            return DocketScreen()
        case "dashboard":
            from casedesk.screens.dashboard import DashboardScreen

            return DashboardScreen()
        case "status":
            from casedesk.screens.status_round import StatusRoundScreen

            return StatusRoundScreen()
        case "people" | "person":
            from casedesk.screens.people import PeopleScreen

            return PeopleScreen(ref)
        case "handover":
            from casedesk.screens.handover import HandoverScreen

            return HandoverScreen(ref)
        case "rules":
            from casedesk.screens.rules import RulesScreen

            return RulesScreen(ref)
    return None

"""The closed vocabularies of the record, stored as text.

Standard library only, so that the pure rooms (`routing/`, `calendars/`) may use them. The members' values are what
stands in the store, in `--json` and in rule files; they never change, they are only added to.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person does in the firm; a licence is separate (see `LicenceKind`)."""

    INTAKE_SPECIALIST = "intake_specialist"
    PARALEGAL = "paralegal"
    SENIOR_ASSOCIATE = "senior_associate"
    ATTORNEY = "attorney"
    OPERATIONS_MANAGER = "operations_manager"
    MANAGING_PARTNER = "managing_partner"


class LicenceKind(StrEnum):
    """What qualifies a person to sign; `REVIEWER` is the firm's own training, it qualifies for second review only."""

    ATTORNEY = "attorney"
    ACCREDITED_REPRESENTATIVE = "accredited_representative"
    REVIEWER = "reviewer"


class PartyRole(StrEnum):
    PETITIONER = "petitioner"
    BENEFICIARY = "beneficiary"
    DERIVATIVE = "derivative"
    EMPLOYER = "employer"
    EMPLOYER_CONTACT = "employer_contact"
    SPONSOR = "sponsor"
    RESPONDENT = "respondent"
    INTERPRETER = "interpreter"


class Circumstance(StrEnum):
    """What about a client makes a matter pressing; the first three are what makes removal likely."""

    DETAINED = "detained"
    CRIMINAL_HISTORY = "criminal_history"
    PRIOR_VIOLATIONS = "prior_violations"
    IN_DANGER = "in_danger"
    CHILD_AGES_OUT = "child_ages_out"
    SERIOUS_ILLNESS = "serious_illness"
    OUT_OF_STATUS = "out_of_status"
    WORK_ENDS = "work_ends"


class OwnerKind(StrEnum):
    """The standing owners of a matter."""

    PRIMARY_PARALEGAL = "primary_paralegal"
    SECONDARY_PARALEGAL = "secondary_paralegal"
    LEAD_ATTORNEY = "lead_attorney"
    SUPERVISING_ATTORNEY = "supervising_attorney"


class MatterStatus(StrEnum):
    OPEN = "open"
    ON_HOLD = "on_hold"
    CLOSED = "closed"


class Priority(StrEnum):
    EMERGENCY = "emergency"
    HIGH = "high"
    STANDARD = "standard"
    LOW = "low"


class DocumentKind(StrEnum):
    """What a paper is: the notice kinds of the command-line contract, then what is not a notice."""

    RECEIPT = "receipt"
    TRANSFER = "transfer"
    BIOMETRICS = "biometrics"
    RFE = "rfe"
    NOID = "noid"
    NOIR = "noir"
    INTERVIEW = "interview"
    APPROVAL = "approval"
    DENIAL = "denial"
    REJECTION = "rejection"
    HEARING = "hearing"
    IJ_DECISION = "ij_decision"
    BIA_DECISION = "bia_decision"
    DOL = "dol"
    AAO_DECISION = "aao_decision"
    OTHER = "other"


class TaskState(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WAIVED = "waived"


class ReviewKind(StrEnum):
    CONTENT = "content"
    SECOND = "second"
    SIGNOFF = "signoff"


class ReviewState(StrEnum):
    """`SUPERSEDED`: a newer version or an older packet's bytes took its place before anyone answered."""

    OPEN = "open"
    APPROVED = "approved"
    RETURNED = "returned"
    SUPERSEDED = "superseded"


class ReviewPolicy(StrEnum):
    """How many pairs of eyes a packet needs; enforced by the store, stated in every sign-off."""

    THREE_PERSON = "three-person"
    TWO_PERSON = "two-person"
    SOLE = "sole"


class SlotState(StrEnum):
    """Wet ink, then scan: where a signature stands."""

    NEEDED = "needed"
    SENT = "sent"
    BACK = "back"


class FilingState(StrEnum):
    """Shipped is not received: a deadline is met at `DELIVERED` (or electronic confirmation), never before."""

    SHIPPED = "shipped"
    UPLOADED = "uploaded"
    DELIVERED = "delivered"
    RECEIPTED = "receipted"
    REJECTED = "rejected"


class DeadlineState(StrEnum):
    PROVISIONAL = "provisional"
    OPEN = "open"
    CONFLICT = "conflict"
    MET = "met"
    MISSED = "missed"
    SUPERSEDED = "superseded"


class MessageState(StrEnum):
    """A client message waits for its release; `UNKNOWN` is a crash while sending, shown to a person."""

    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class ConflictState(StrEnum):
    """What was decided of a conflict check: nothing found that matters, consented to, or the work declined."""

    OPEN = "open"
    CLEAR = "clear"
    WAIVED = "waived"
    DECLINED = "declined"


class ConsentKind(StrEnum):
    """What a party agreed to in writing (ABA Model Rules 1.6, 1.7, 1.9)."""

    JOINT_REPRESENTATION = "joint_representation"
    CONFLICT = "conflict"
    SHARING = "sharing"


class SupervisionOutcome(StrEnum):
    """What a supervisor found of delegated work."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    RETURNED = "returned"
    ESCALATED = "escalated"


class Channel(StrEnum):
    """How something leaves the desk for one of its own people or programs; in the app the row is the delivery."""

    EMAIL = "email"
    INVITATION = "invitation"
    WEBHOOK = "webhook"
    DESKTOP = "desktop"


class DeliveryState(StrEnum):
    """`UNKNOWN`: the program ended while it was sending; a person says whether it arrived."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class TimerState(StrEnum):
    ARMED = "armed"
    FIRED = "fired"
    CANCELLED = "cancelled"


class Served(StrEnum):
    """How a notice reached the party; decides the days added for mail."""

    MAIL = "mail"
    ELECTRONIC = "electronic"
    PERSONAL = "personal"
    ABROAD = "abroad"


class Filing(StrEnum):
    """How a paper goes to the agency; decides whether a weekend rolls the date."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


class Confidence(StrEnum):
    """How far a legal rule or a reading is checked: verified text, published practice, from memory, unsettled."""

    VERIFIED = "V"
    PUBLISHED = "P"
    MEMORY = "M"
    UNSETTLED = "U"


NOTICE_KINDS = frozenset(DocumentKind) - {DocumentKind.OTHER}
"""The kinds that are notices of an agency or a court."""

NO_AUTOMATIC_MESSAGE = frozenset(
    {DocumentKind.RFE, DocumentKind.NOID, DocumentKind.NOIR, DocumentKind.DENIAL}
)
"""Kinds after which the attorney releases every word to the client."""

SIGNING_LICENCES = frozenset({LicenceKind.ATTORNEY, LicenceKind.ACCREDITED_REPRESENTATIVE})

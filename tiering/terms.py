"""The field's words, one word per thing. docs/glossary.md explains each."""

from enum import StrEnum


class Setting(StrEnum):
    """Where a sentence is being served."""

    COMMUNITY = "community"
    LICENCE = "licence"
    CUSTODY = "custody"


class Rosh(StrEnum):
    """Risk of serious harm, as classified in OASys."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Activity(StrEnum):
    """Whether a case is worked on at present."""

    ACTIVE = "active"
    WARRANT = "warrant"
    UNPAID_WORK_ONLY = "unpaid_work_only"
    OVERDUE_TERMINATION = "overdue_termination"
    SUSPENDED = "suspended"
    RESET = "reset"
    IMPACT = "impact"


class Grade(StrEnum):
    """Grade of a post: probation officer, probation service officer, trainee, senior probation officer."""

    PO = "PO"
    PSO = "PSO"
    TPO = "TPO"
    SPO = "SPO"


class TeamType(StrEnum):
    """What a team does."""

    OMU = "omu"
    PPU = "ppu"
    SUBSTANCE_MISUSE = "substance_misuse"
    CUSTODY = "custody"
    COURT = "court"


class AssessmentKind(StrEnum):
    """A piece of work that has to be completed for a case."""

    ROSH_SCREENING = "rosh_screening"
    ROSH_FULL_ANALYSIS = "rosh_full_analysis"
    RISK_MANAGEMENT_PLAN = "risk_management_plan"
    ROSH_REVIEW = "rosh_review"
    SENTENCE_PLAN = "sentence_plan"
    SENTENCE_PLAN_REVIEW = "sentence_plan_review"
    HOME_VISIT = "home_visit"


class EventKind(StrEnum):
    """Something that happened in a case and calls for work."""

    SIGNIFICANT_CHANGE = "significant_change"


class EnforcementKind(StrEnum):
    """What is begun when a person does not comply."""

    BREACH = "breach"
    RECALL = "recall"


class ContactKind(StrEnum):
    """Where or how an appointment is kept."""

    OFFICE = "office"
    HOME = "home"
    TELEPHONE = "telephone"
    VIDEO = "video"
    OTHER = "other"


class OversightKind(StrEnum):
    """A piece of management oversight; supervision is of an offender manager, all others are of a case."""

    SAFEGUARDING = "safeguarding"
    MAPPA_REVIEW = "mappa_review"
    PRE_RELEASE_REVIEW = "pre_release_review"
    VICTIM_CONTACT = "victim_contact"
    CUSTODY_PLAN = "custody_plan"
    SUPERVISION = "supervision"


class DutyKind(StrEnum):
    """Work other than cases: hours a week, or reports for the court."""

    COURT_DUTY = "court_duty"
    OFFICE_DUTY = "office_duty"
    GROUP_WORK = "group_work"
    SDR = "sdr"
    FDR = "fdr"
    ORAL_REPORT = "oral_report"


class SupportKind(StrEnum):
    """Points of case management support contacts: of the person who did it, and of the person whose case it was."""

    GIVEN = "support_given"
    RECEIVED = "support_received"


class ReductionReason(StrEnum):
    """Why a post gives fewer hours than contracted."""

    SICKNESS = "sickness"
    MATERNITY = "maternity"
    TRAINING = "training"
    PART_SECONDMENT = "part_secondment"
    PHASED_RETURN = "phased_return"
    UNION = "union"
    OTHER = "other"


class Level(StrEnum):
    """Organisational level of a figure, from one person's post up to the whole service."""

    POST = "post"
    OFFENDER_MANAGER = "offender_manager"
    TEAM = "team"
    OFFICE = "office"
    CLUSTER = "cluster"
    AREA = "area"
    ALL = "all"


class Band(StrEnum):
    """Where a capacity percentage stands."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    SPARE = "spare"
    NO_CAPACITY = "no capacity"


REPORT_KINDS = (DutyKind.SDR, DutyKind.FDR, DutyKind.ORAL_REPORT)
HOURLY_DUTY_KINDS = (DutyKind.COURT_DUTY, DutyKind.OFFICE_DUTY, DutyKind.GROUP_WORK)
SUPPORT_KINDS = tuple(SupportKind)
PRIORITISED = (Activity.RESET, Activity.IMPACT)
"""Contact stopped or reduced by a national prioritisation. Without a share of their own they weigh as suspended."""
HIGH_ROSH = (Rosh.HIGH, Rosh.VERY_HIGH)
UNTIERED = "untiered"
UNKNOWN_GRADE = "unknown"
"""The grade of a post whose source names none that is known: it has no target, and so no available points."""
UNCLASSIFIED = "unclassified"
MAPPA_LEVELS = ("1", "2", "3", "unrecorded")

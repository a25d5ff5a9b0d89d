"""The rows of a plan's tables as its pages show them; fields as the stored columns, before and after on one row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """One case that moves. from_om_code: missing if no one held it. reason: on one line."""

    week: int
    crn: str
    from_om_code: str | None
    from_name: str | None
    from_team_code: str
    to_om_code: str
    to_name: str | None
    to_team_code: str
    tier: str | None
    rosh: str | None
    setting: str
    points: float
    reason: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is settled about a case or a person. place: of its change, to undo it; 0 if it is undone."""

    place: int
    says: str


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A move in the list, its place in the page, what is settled about its case, and whether it is ticked."""

    move: Move
    anchor: str
    marks: tuple[Mark, ...]
    ticked: bool


@dataclass(frozen=True, slots=True)
class ChangedMove:
    """A move that is not as in the earlier plan. moves: whether the case moves now, so that it is in the list."""

    crn: str
    says: str
    moves: bool


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """The load of one person before and after the plan. given, taken: cases that leave and that come."""

    om_code: str
    name: str | None
    team_code: str
    before_capacity_percentage: float
    after_capacity_percentage: float
    before_points: float
    after_points: float
    given: int
    taken: int
    before_high_rosh_cases: int
    after_high_rosh_cases: int
    before_overdue: int
    after_overdue: int


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """The load of one team, office or cluster before and after the plan; missing on a side that does not have it."""

    code: str
    name: str | None
    before_capacity_percentage: float
    after_capacity_percentage: float
    before_cases: float
    after_cases: float
    before_over_line: float
    after_over_line: float


@dataclass(frozen=True, slots=True)
class UnmovedCase:
    """One case that stays, and why. unplaced: it should be placed."""

    crn: str
    om_code: str | None
    team_code: str
    points: float
    why: str
    unplaced: bool


@dataclass(frozen=True, slots=True)
class UnmovedReason:
    """How many cases stay for one reason."""

    why: str
    unplaced: bool
    cases: int
    points: float


@dataclass(frozen=True, slots=True)
class RecruitmentOption:
    """Hours to recruit in one place and grade, their moves, and the people over the line and cases without a place."""

    cluster_code: str
    office_code: str
    office_name: str | None
    grade: str
    hours: float
    full_time: float
    moves: float
    still_over: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class RecruitedPost:
    """Hours of one grade in the team where they are best spent."""

    hours: float
    grade: str
    team_code: str
    team_name: str | None
    office_name: str | None


@dataclass(frozen=True, slots=True)
class SpareTeam:
    """Spare capacity of one team for one kind of case. of: whose cases. cases: how many fit."""

    team_code: str
    team_name: str | None
    of: str
    tier: str | None
    rosh: str
    people: int
    points_free: float
    cases: int


@dataclass(frozen=True, slots=True)
class HandoutMove:
    """One case that moves, on paper. from_om_code: missing if no one held it."""

    week: int
    crn: str
    from_om_code: str | None
    from_name: str | None
    from_team_code: str
    from_office_name: str
    to_om_code: str
    to_name: str | None
    to_team_code: str
    to_office_name: str
    tier: str | None
    rosh: str | None
    setting: str
    points: float
    kind: str


@dataclass(frozen=True, slots=True)
class OfficeSheet:
    """One office on paper: its people who give or take, and its moves."""

    code: str
    name: str
    people: tuple[PersonLoad, ...]
    gives: tuple[HandoutMove, ...]
    takes: tuple[HandoutMove, ...]


@dataclass(frozen=True, slots=True)
class OfficeChange:
    """What the moves do to one office. change: in points; before, after: capacity percentage."""

    code: str
    name: str
    change: float
    before: float
    after: float

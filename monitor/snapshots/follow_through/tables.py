"""Tables of decisions, agreed plans, concerns and second readings; only rows and notes past their term go."""

from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class DecisionRow(SQLModel, table=True):
    """One decision about one episode.

    * episode: the identity of the episode; rule, level, code and first_week are its parts
    * number: counts the decisions about the episode from 1, so that none can follow one that its author did not see
    * level, code: of the unit as it is called in the snapshot that the person saw
    * snapshot_id, as_at: the snapshot that the person saw
    * decided_by, role: address and role of the person
    * decided_on: the day by the clocks of the service
    * kind: a value of alerts.follow_through.decisions.DecisionKind
    * has_note: whether it was written with a note
    * review_on: missing for a withdrawal
    * plan_id: the what-if that the decision is to carry out
    * is_made_up: about made-up figures; only such decisions can be removed, with the demonstration they belong to
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("episode", "number"),
        Index("decision_by_unit", "level", "code", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    episode: str
    number: int
    rule: str
    level: str
    code: str
    first_week: str
    unit_name: str
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    decided_by: str
    role: str
    decided_at: datetime
    decided_on: date
    kind: str
    owner: str
    has_note: bool
    review_on: date | None = None
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    is_made_up: bool = False


class DecisionNote(SQLModel, table=True):
    """The note of one decision, apart from it because it has a term of its own; it is never changed."""

    __tablename__ = "decision_note"

    decision_id: int = Field(primary_key=True, foreign_key="decision.id")
    note: str = Field(sa_type=Text)
    decided_at: datetime = Field(index=True)


class AgreedPlan(SQLModel, table=True):
    """A plan that was agreed, as it was then. It outlives the plan, whose rows go with those of its snapshot.

    * as_at: of the snapshot that the plan starts from
    * starts_on: the day from which the weeks of its moves count
    * scope_level, scope_codes: of the scenario, codes as a JSON list
    * agreed_by, role: address and role of the person
    * agreed_on: the day by the clocks of the service
    * episode, decision_number: the decision that the plan carries out; missing if it answers none
    * move_count, weeks: how many moves, over how many weeks
    * units: capacity at the start and as promised, as JSON (monitor.snapshots.follow_through.agreed)
    * is_made_up: about made-up figures; only such a row can be removed, with the demonstration it belongs to
    """

    __tablename__ = "agreed_plan"

    plan_id: int = Field(primary_key=True, foreign_key="plan.id")
    name: str
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    starts_on: date
    scope_level: str
    scope_codes: str = Field(sa_type=Text)
    agreed_by: str
    role: str
    agreed_at: datetime
    agreed_on: date
    episode: str | None = None
    decision_number: int | None = None
    move_count: int
    weeks: int
    units: str = Field(sa_type=Text)
    is_made_up: bool = False


class AgreedRows(SQLModel, table=True):
    """The moves of an agreed plan and what it promises each person, apart from it because they go before it.

    * moves, people: as JSON (monitor.snapshots.follow_through.agreed)
    """

    __tablename__ = "agreed_rows"

    plan_id: int = Field(primary_key=True, foreign_key="agreed_plan.plan_id")
    moves: str = Field(sa_type=Text)
    people: str = Field(sa_type=Text)


class ConcernRow(SQLModel, table=True):
    """One offender manager's "I cannot carry this safely".

    * number: counts the concerns of the offender manager from 1, so that a form sent twice is stored once
    * snapshot_id, as_at: the snapshot that the person saw
    * raised_by: address of the person
    * raised_on: the day by the clocks of the service
    * is_made_up: about made-up figures; only such a row can be removed, with the demonstration it belongs to
    """

    __tablename__ = "concern"
    __table_args__ = (UniqueConstraint("om_code", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    om_code: str
    number: int
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    raised_by: str
    raised_at: datetime
    raised_on: date
    is_made_up: bool = False


class ConcernAnswer(SQLModel, table=True):
    """The answer to one concern.

    * answered_by, role: address and role of the person
    * answered_on: the day by the clocks of the service
    * is_made_up: as of the concern
    """

    __tablename__ = "concern_answer"

    concern_id: int = Field(primary_key=True, foreign_key="concern.id")
    answered_by: str
    role: str
    answered_at: datetime
    answered_on: date
    is_made_up: bool = False


class ConcernNote(SQLModel, table=True):
    """What was written with a concern or with its answer, apart from them because it has a term of its own.

    * part: raised or answered
    """

    __tablename__ = "concern_note"

    concern_id: int = Field(primary_key=True, foreign_key="concern.id")
    part: str = Field(primary_key=True)
    note: str = Field(sa_type=Text)
    written_at: datetime = Field(index=True)


class SecondReading(SQLModel, table=True):
    """What a second SPO found of one countersigned plan, without the plan, which has a term of its own.

    * month: in which the plan was countersigned, its first day
    * team_code, office_code: of the case in the snapshot that the person saw
    * snapshot_id, as_at: the snapshot that the person saw
    * agrees: whether the second SPO would have countersigned the plan too
    * has_note: whether it was written with a note
    * read_by, role: address and role of the person
    * read_on: the day by the clocks of the service
    * is_made_up: about made-up figures; only such a row can be removed, with the demonstration it belongs to
    * corrects: the reading of the same plan that this one takes the place of; missing for the first
    """

    __tablename__ = "second_reading"
    __table_args__ = (Index("ix_second_reading_corrects", "corrects", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    month: date
    team_code: str
    office_code: str
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    agrees: bool
    has_note: bool
    read_by: str
    role: str
    read_at: datetime
    read_on: date
    is_made_up: bool = False
    corrects: int | None = None


class SecondReadingPlan(SQLModel, table=True):
    """The plan of one second reading and the note about it.

    * number: counts the readings of the plan from 1, so that a form sent twice is stored once; later ones correct
    """

    __tablename__ = "second_reading_plan"
    __table_args__ = (UniqueConstraint("crn", "kind", "completed_on", "countersigned_on", "number"),)

    reading_id: int = Field(primary_key=True, foreign_key="second_reading.id")
    crn: str
    kind: str
    completed_on: date
    countersigned_on: date
    note: str = Field(sa_type=Text)
    written_at: datetime = Field(index=True)
    number: int = 1

"""Read the rows of the runs for pages and monitoring; monitor.operations writes them."""

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, bindparam, select
from sqlmodel import Session, col

from monitor.snapshots.tables import Run

# Every page asks this: to write the statement anew takes longer than to run it.
_LAST: Final = (
    select(col(Run.iso_week), col(Run.status))
    .where(col(Run.job) == bindparam("of"))
    .order_by(col(Run.started_at).desc())
    .limit(1)
)


def latest_runs(engine: Engine, job: str, most: int) -> list[Run]:
    """List the last runs of a job, latest first."""
    query = select(Run).where(col(Run.job) == job).order_by(col(Run.started_at).desc()).limit(most)
    with Session(engine) as session:
        return list(session.scalars(query))


def failed_week(engine: Engine, job: str) -> str | None:
    """Return the ISO week of the last run of a job if it failed; None if it did not, or it has never run."""
    with engine.connect() as connection:
        last = connection.execute(_LAST, {"of": job}).first()
    return last[0] if last is not None and last[1] == "failed" else None


def last_status(engine: Engine, job: str) -> tuple[str, datetime] | None:
    """Return the status of the last run of a job, and when it started; None if it has never run."""
    query = (
        select(col(Run.status), col(Run.started_at))
        .where(col(Run.job) == job)
        .order_by(col(Run.iso_week).desc(), col(Run.started_at).desc())
        .limit(1)
    )
    with engine.connect() as connection:
        last = connection.execute(query).first()
    return None if last is None else (last[0], last[1])

"""A database that does not answer is one fault, whatever the driver calls it."""

import pytest
from sqlalchemy import NullPool, create_engine, text

from monitor.snapshots.reach import OutOfReach, out_of_reach_on_error


def test_any_error_of_the_database_means_it_is_out_of_reach() -> None:
    engine = create_engine("sqlite://", poolclass=NullPool)
    with pytest.raises(OutOfReach), out_of_reach_on_error(), engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM no_such_table"))


def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), out_of_reach_on_error():
        _ = 1 // 0

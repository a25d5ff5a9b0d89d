"""Runs under another policy than the home's: revisions of their own.

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OLD, NEW = ["as_at", "revision"], ["as_at", "comparison", "revision"]


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("comparison", AutoString(), nullable=False, server_default=""))
    _unique(OLD, NEW)


def downgrade() -> None:
    # The revisions of comparisons would meet the home's own; the id keeps them apart.
    op.execute("UPDATE snapshot SET revision = revision + 1000 * id WHERE comparison <> ''")
    _unique(NEW, OLD)
    op.drop_column("snapshot", "comparison")


def _unique(old: list[str], new: list[str]) -> None:
    """Hold other columns of a snapshot unique."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(f"snapshot_{'_'.join(old)}_key", "snapshot", type_="unique")
        op.create_unique_constraint(f"snapshot_{'_'.join(new)}_key", "snapshot", new)
    else:
        _made_anew(old, new)


def _made_anew(old: list[str], new: list[str]) -> None:
    """SQLite changes no constraint of a table, so the table is made again with the same rows.

    Other tables point to its rows. While that is only looked at when the transaction ends, the rows may be away for a
    moment: each of them is back by then, under its id.
    """
    connection = op.get_bind()
    table = sa.Table("snapshot", sa.MetaData(), autoload_with=connection)
    unique = next(one for one in table.constraints if isinstance(one, sa.UniqueConstraint))
    assert [column.name for column in unique.columns] == old
    table.constraints.remove(unique)
    table.append_constraint(sa.UniqueConstraint(*(table.columns[name] for name in new)))
    op.execute("PRAGMA defer_foreign_keys=ON")
    op.execute("CREATE TABLE snapshot_rows AS SELECT * FROM snapshot")
    op.execute("DROP TABLE snapshot")
    table.create(connection)
    op.execute("INSERT INTO snapshot SELECT * FROM snapshot_rows")
    op.execute("DROP TABLE snapshot_rows")

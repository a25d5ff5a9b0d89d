"""The table of a team's people as a page shows it."""

from dataclasses import dataclass
from typing import NamedTuple

from monitor.web.read_model.units.team import TeamMember


class Heading(NamedTuple):
    """The heading of a column that can be sorted by.

    - note: what it counts, in full, for those who do not see the table as a whole.
    - path: the address of the page sorted by this column; direction: how it is sorted now, empty if by another.
    - on_phone: whether a phone shows the column.
    """

    name: str
    says: str
    note: str
    path: str
    direction: str
    on_phone: bool


@dataclass(frozen=True, kw_only=True)
class TeamTable:
    """The people of a team or office, sorted as asked, and its total.

    - is_whole: whether a phone shows every column too; other_columns: the address that changes it.
    - elsewhere: how many of the people also have posts outside the unit.
    """

    headings: tuple[Heading, ...]
    members: tuple[TeamMember, ...]
    total: TeamMember
    is_whole: bool
    other_columns: str
    elsewhere: int

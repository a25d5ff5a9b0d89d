"""Which type of team carries far more than the rest, in a sentence."""

from alerts.digest.story import Story
from alerts.wording import TEAM_TYPES, count_of, percent


def heavy_type_line(story: Story) -> str:
    """Say which type of team is far above the scope; empty if none is."""
    heavy = story.heavy_type
    if heavy is None:
        return ""
    kind = TEAM_TYPES.get(heavy.team_type, heavy.team_type)
    return (
        f"{kind} teams are at {percent(heavy.capacity)} of their capacity, {heavy.gap:.1f} percentage points above "
        f"{story.whole.name} as a whole ({count_of(heavy.teams, 'team')})."
    )

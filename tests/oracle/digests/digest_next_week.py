"""What comes next week in the teams of an SPO, counted row by row from plain rows."""

from datetime import timedelta

from .digest_figures import Truth
from .digest_rows import PlainComing
from .digest_words import long_date

_WORDS = (("report", "report due", "reports due"), ("release", "release", "releases"),
          ("end", "end of supervision", "ends of supervision"))  # fmt: skip


def next_week_line(truth: Truth) -> str:
    """The sentence that the digest has to have; empty for one that must have none."""
    if truth.is_withheld or truth.reader.level not in ("office", "team") or not truth.coming:
        return ""
    monday = truth.now.as_at + timedelta(days=1)
    while monday.weekday():
        monday += timedelta(days=1)
    days = [monday + timedelta(days=number) for number in range(7)]
    teams = [code for level, code in truth.scope if level == "team"]
    mine = [row for row in truth.coming if row.on in days and row.team in teams]
    due = [row for row in mine if row.kind in ("assessment", "plan")]
    parts = [f"{len(due)} {'assessment or plan' if len(due) == 1 else 'assessments and plans'} due"]
    for kind, singular, plural in _WORDS:
        if count := sum(row.kind == kind for row in mine):
            parts.append(f"{count} {singular if count == 1 else plural}")
    said = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    first = f"{monday.day}" if monday.month == days[-1].month else f"{monday.day} {monday:%B}"
    first = long_date(monday) if monday.year != days[-1].year else first
    heaviest = _heaviest(truth, [row.team for row in due], teams)
    return f"Next week ({first} to {long_date(days[-1])}): {said}{heaviest or _half(truth, due)}."


def _heaviest(truth: Truth, due: list[str], teams: list[str]) -> str:
    ahead = [code for code in teams if all(due.count(code) > due.count(other) for other in teams if other != code)]
    if len(teams) < 2 or len(ahead) != 1 or ("team", ahead[0]) in truth.withheld:
        return ""
    return f"; heaviest for {truth.rows['team', ahead[0]].name} ({due.count(ahead[0])} due)"


def _half(truth: Truth, due: list[PlainComing]) -> str:
    people = [row.person for row in due if row.person]
    held = sorted((people.count(person) for person in set(people)), reverse=True)
    enough = [number for number in range(1, len(held) + 1) if 2 * sum(held[:number]) >= len(due)]
    if len(due) < 4 or not enough or 2 * enough[0] > truth.whole.people:
        return ""
    noun = "offender manager" if truth.whole.people == 1 else "offender managers"
    return f"; half of what is due is for {enough[0]} of {truth.whole.people} {noun}"

"""Load against lateness: who is in which corner, and the same in words and numbers."""

import math
from dataclasses import replace

from alerts.digest.scope.units import Unit
from monitor.web.charts.quadrant import BOTH, HOT, LATE, NEITHER, NUMBERED, quadrant

from ..conftest import SignIn

NOTHING = Unit(
    **dict.fromkeys(Unit.__dataclass_fields__, 0)  # type: ignore[arg-type]
    | {"level": "office", "code": "", "name": "", "place": "", "withheld": "", "before": math.nan, "span": math.nan}
)


def an_office(code: str, capacity: float, late: int, available: float = 100.0) -> Unit:
    """An office at some percentage of capacity, with assessments of high RoSH cases overdue."""
    total = 50.0 if math.isnan(capacity) else capacity * available / 100
    return replace(
        NOTHING, code=code, name=f"Office {code}", capacity=capacity, high_risk_overdue=late,
        available_points=available, total_points=total,
    )  # fmt: skip


def test_each_unit_stands_in_the_corner_where_the_rule_puts_it() -> None:
    offices = [
        an_office("hot", 140, 0),
        an_office("late", 90, 3),
        an_office("edge", 110, 2),
        an_office("both", 110.1, 2),
        an_office("worst", 115, 9),
        an_office("fine", 80, 1),
        an_office("empty", math.nan, 2, available=0.0),
    ]
    found = quadrant(offices, "Hackney", threshold=110, least=2)
    assert found is not None
    assert {one.unit.code: one.where for one in found.dots} == {
        "hot": HOT, "late": LATE, "edge": LATE, "both": BOTH, "worst": BOTH, "fine": NEITHER, "empty": BOTH,
    }  # fmt: skip
    assert [one.unit.code for one in found.dots][:3] == ["worst", "both", "empty"]
    assert [one.label for one in found.dots][:4] == ["1", "2", "", ""]
    assert found.says == (
        "7 offices: 3 over 110% of capacity and late with assessments of high RoSH cases, most of all Office worst "
        "(115.0%, 9 overdue), Office both (110.1%, 2 overdue) and Office empty (no capacity, 2 overdue); "
        "1 too hot only, 2 late only, 1 neither. 1 without any hours cannot be drawn."
    )
    for one in found.dots:
        if one.at is None:
            assert one.unit.code == "empty"
            continue
        (x, y), (across, down) = one.at, found.cross
        assert (x > across, y < down) == (one.where in (HOT, BOTH), one.where in (LATE, BOTH)), one.unit.code
        assert found.left <= x <= found.right
        assert found.top <= y <= found.bottom
    assert list(found.table.columns) == ["level", "code", "name", "capacity_percentage", "high_risk_overdue", "where"]
    assert len(found.table) == 7


def test_of_many_only_the_worst_are_numbered() -> None:
    found = quadrant([an_office(f"O{number}", 120 + number, 5) for number in range(30)], "London", 110, 1)
    assert found is not None
    assert [one.label for one in found.dots if one.label] == [str(number) for number in range(1, NUMBERED + 1)]


def test_no_number_stands_as_near_to_another_dot_as_to_its_own() -> None:
    # Three in a row and one below: between the first two a number could be of either.
    offices = [an_office("A", 117.2, 21), an_office("B", 114.4, 20), an_office("C", 118.8, 16), an_office("D", 90, 110)]
    found = quadrant(offices, "Hackney", threshold=110, least=1)
    assert found is not None
    numbered = [one for one in found.dots if one.label and one.at]
    assert len(numbered) == 3
    for one in numbered:
        nearest = min((dot for dot in found.dots if dot.at), key=lambda dot: math.dist(dot.at or (), one.label_at))
        assert nearest is one
        others = [dot for dot in numbered if dot is not one]
        assert all(math.dist(dot.label_at, one.label_at) > 12 for dot in others)


def test_without_any_capacity_there_is_no_picture() -> None:
    assert quadrant([an_office("empty", math.nan, 2, available=0.0)], "London", 110, 1) is None
    assert quadrant([], "London", 110, 1) is None


def test_the_start_page_shows_the_picture_with_its_words_and_numbers(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/").text
    assert '<title id="corner-title">Load and lateness: the whole service</title>' in page
    assert page.count('class="hotspots-chart__hot"') >= 1
    table = page.partition('aria-label="Load and lateness, table"')[2].partition("</table>")[0]
    assert "Office O1" in table
    assert BOTH in table
    answer = signed_in("planner").get("/?format=csv&table=quadrant").content.decode("utf-8-sig").splitlines()
    assert answer[0] == "as_at,level,code,name,capacity_percentage,high_risk_overdue,where"
    assert any(line.startswith("2026-11-20,office,O1,Office O1,131.") and line.endswith(BOTH) for line in answer)

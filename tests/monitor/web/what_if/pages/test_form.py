"""Forms as they are shown again, with what is wrong beside its field."""

import re
from typing import Any

import pytest

from monitor.web.what_if.pages import form

from ..planner import Planner

WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("absent", {"reason": "other"}, "om_code", "Select offender manager"),
    ("absent", {"om_code": "M99", "reason": "other"}, "om_code", "Offender manager: choose one that is there"),
    (
        "absent",
        {"om_code": "M1", "reason": "other", "from-day": "31", "from-month": "2", "from-year": "2026"},
        "from",
        "First day of the absence must be a real date, like 27 3 2026",
    ),
    (
        "absent",
        {"om_code": "M1", "reason": "other", "from-day": "31"},
        "from",
        "First day of the absence must include a month and year",
    ),
    (
        "absent",
        {
            "om_code": "M1",
            "reason": "other",
            **{f"from-{part}": value for part, value in (("day", "2"), ("month", "12"), ("year", "2026"))},
            **{f"until-{part}": value for part, value in (("day", "1"), ("month", "12"), ("year", "2026"))},
        },
        "",
        "Until is 2026-12-01, before from, 2026-12-02; write the last day of the absence",
    ),
    (
        "joins",
        {"team_code": "T1", "grade": "PO", "contracted_hours": "full"},
        "contracted_hours",
        "Contracted hours a week must be a number, like 22.2",
    ),
    (
        "joins",
        {"team_code": "T1", "grade": "PO", "contracted_hours": "900"},
        "contracted_hours",
        "Contracted hours a week: should be less than or equal to",
    ),
    ("widen", {"team_type": "custody"}, "takes", "Select cases of these teams"),
    (
        "policy",
        {"number": '["default_hours"]', "value": "35.12345"},
        "value",
        "has more than 3 decimals; write 35.123",
    ),
    (
        "arrivals",
        {"team_code": "T1", "cases": "1.5", "tier": "3", "rosh": "low", "setting": "custody"},
        "cases",
        "How many cases must be a whole number, like 6",
    ),
    ("threshold", {"over": ""}, "over", "Enter per cent of capacity"),
    ("threshold", {"over": "nan"}, "over", "Per cent of capacity must be a number, like 22.2"),
    ("move", {"crn": "X999999", "post": '["M2", "T2"]'}, "crn", "'X999999' is no case of the snapshot of 2026-11-20"),
    ("move", {"crn": "X000001", "post": '["M2", "T1"]'}, "post", "Who takes it: choose one that is there"),
    ("pin", {"crn": "x" * 300}, "crn", "CRN must be 200 characters or less"),
    ("pin", {"crn": "X\0"}, "crn", "CRN: holds characters that cannot be printed"),
]


def selected(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected>', page)


def people_in(page: str) -> list[str]:
    return re.findall(r'<option value="(M\d)"', page.partition("<select")[2].partition("</select>")[0])


def test_people_are_grouped_by_office(planner: Planner) -> None:
    page = planner.get(f"{planner.new('area/N')}/add/absent")
    assert '<optgroup label="Office O1 (O1)">' in page
    of_o1 = page.partition('<optgroup label="Office O1 (O1)">')[2].partition("</optgroup>")[0]
    assert sorted(people_in(f"<select{of_o1}")) == ["M1", "M2"]
    assert 'list="om_code-names"' in page


def test_a_search_shows_who_matches_and_keeps_what_was_typed(planner: Planner) -> None:
    path = planner.new("area/N")
    page = planner.send(f"{path}/add/bar", 200, search="yes", crn="X000103", **{"om_code-find": "(o2)", "om_code": ""})
    assert people_in(page) == ["M3", "M4"]
    assert selected(page) == []
    assert 'value="X000103"' in page
    assert 'value="(o2)"' in page
    assert "There is a problem" not in page
    page = planner.send(f"{path}/add/bar", 200, search="yes", **{"om_code-find": "minusham"})
    assert (people_in(page), selected(page)) == (["M3"], ["M3"])
    page = planner.send(f"{path}/add/bar", 200, search="yes", **{"om_code-find": "no such name"})
    assert len(people_in(page)) == 4
    assert "Offender manager: no one in this list matches no such name" in page
    assert planner.row(path).version == 1


def test_a_link_can_search(planner: Planner) -> None:
    page = planner.get(f"{planner.new('area/N')}/add/absent", find="Minusham")
    assert (people_in(page), selected(page)[0]) == (["M3"], "M3")


@pytest.mark.parametrize(
    ("find", "chosen", "says"),
    [
        ("(o2)", "", "Offender manager: 2 match (o2). Choose one of them"),
        ("no such name", "", "Offender manager: no one in this list matches no such name"),
        ("minusham", "M4", "Offender manager: you chose someone whom your search does not find. Change one of the two"),
    ],
)
def test_a_search_that_does_not_find_one_person_adds_nothing(
    find: str, chosen: str, says: str, planner: Planner
) -> None:
    path = planner.new("area/N")
    page = planner.send(f"{path}/add/absent", 400, reason="other", **{"om_code-find": find, "om_code": chosen})
    assert says in page
    assert planner.row(path).version == 1


def test_who_alone_matches_need_not_be_chosen_from_the_list(planner: Planner) -> None:
    path = planner.new("area/N")
    planner.send(f"{path}/add/pin-person", **{"om_code-find": "Minus M3", "om_code": ""})
    assert "M3" in planner.row(path).text


def test_of_a_great_many_people_no_names_are_suggested(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    path = planner.new("area/N")
    monkeypatch.setattr(form, "MOST_NAMES", 1)
    assert "<datalist" not in planner.get(f"{path}/add/absent")


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(planner: Planner) -> None:
    path = planner.new()
    for kind, sent, field, says in WRONG:
        page = planner.send(f"{path}/add/{kind}", 400, **sent)
        assert "<title>Error: " in page
        summary = page.partition('class="govuk-error-summary"')[2].partition("</ul>")[0]
        assert says in summary
        if field:
            assert f'href="#{field}"' in summary
            assert f'id="{field}-error"' in page
            assert f'id="{field}"' in page
        for name in {"contracted_hours", "cases", "value"} & sent.keys():
            assert f'value="{sent[name]}"' in page
    assert planner.row(path).version == 1

"""Forms as they are shown again, with what is wrong beside its field."""

from typing import Any

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


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(planner: Planner) -> None:
    path = planner.new()
    for kind, form, field, says in WRONG:
        page = planner.send(f"{path}/add/{kind}", 400, **form)
        assert "<title>Error: " in page
        summary = page.partition('class="govuk-error-summary"')[2].partition("</ul>")[0]
        assert says in summary
        if field:
            assert f'href="#{field}"' in summary
            assert f'id="{field}-error"' in page
            assert f'id="{field}"' in page
        for name in {"contracted_hours", "cases", "value"} & form.keys():
            assert f'value="{form[name]}"' in page
    assert planner.row(path).version == 1

"""What a week's extract did not bring, in sentences and in a few words."""

from dataclasses import replace

import pytest

from alerts.intake_gaps import NO_GAPS, IntakeGaps, describe_gaps, name_gaps

UNMATCHED = IntakeGaps(unmatched=412, with_officer=1000, unmatched_share_before=0.01)
REJECTED = IntakeGaps(rejected=40, rejected_share=0.02, rejected_share_before=0.005)


def test_where_all_is_as_usual_nothing_is_said() -> None:
    assert (describe_gaps(NO_GAPS), name_gaps(NO_GAPS), NO_GAPS.were_accepted) == ([], "", False)


@pytest.mark.parametrize(
    ("missing", "sentence", "name"),
    [
        (
            ("cases.rosh",),
            "Unlike earlier weeks, the extract has no values or far fewer for cases.rosh. "
            "Figures that need it are too low or missing.",
            "lacks cases.rosh",
        ),
        (
            ("cases.rosh", "duties"),
            "Unlike earlier weeks, the extract has no values or far fewer for cases.rosh and duties. "
            "Figures that need them are too low or "
            "missing.",
            "lacks cases.rosh and duties",
        ),
    ],
)
def test_missing_columns_and_tables_are_named(missing: tuple[str, ...], sentence: str, name: str) -> None:
    gaps = IntakeGaps(missing)
    assert (describe_gaps(gaps), name_gaps(gaps), gaps.were_accepted) == ([sentence], name, True)


def test_cases_without_a_matching_officer_are_counted_with_their_share_before() -> None:
    assert describe_gaps(UNMATCHED) == [
        "412 cases (41.2%, 1.0% last time) name an officer who has no post in the team. They count as unallocated."
    ]
    assert name_gaps(UNMATCHED) == "412 cases without a matching officer"


def test_one_case_accepted_on_request_is_told_in_the_first_week_too() -> None:
    gaps = IntakeGaps(unmatched=1, with_officer=2, unmatched_accepted=True)
    assert describe_gaps(gaps) == [
        "1 case (50.0%) names an officer who has no post in the team. It counts as unallocated."
    ]
    assert (name_gaps(gaps), gaps.were_accepted) == ("1 case without a matching officer", True)


@pytest.mark.parametrize(
    ("gaps", "is_told"),
    [
        (UNMATCHED, True),
        (replace(UNMATCHED, unmatched_share_before=0.3), False),
        (replace(UNMATCHED, unmatched=10, with_officer=20), False),
        (replace(UNMATCHED, unmatched_share_before=None), False),
        (REJECTED, True),
        (replace(REJECTED, rejected_share_before=0.01), False),
        (replace(REJECTED, rejected=10), False),
        (replace(REJECTED, rejected_share_before=None), False),
    ],
)
def test_a_share_is_told_if_it_more_than_doubled_and_counts_more_than_a_few(gaps: IntakeGaps, is_told: bool) -> None:
    assert (bool(describe_gaps(gaps)), bool(name_gaps(gaps))) == (is_told, is_told)


def test_several_gaps_are_named_in_one_line_the_missing_columns_first() -> None:
    gaps = replace(REJECTED, missing=("cases.rosh",), unmatched=412, with_officer=1000, unmatched_accepted=True)
    assert name_gaps(gaps) == "lacks cases.rosh; 412 cases without a matching officer; 40 rejected rows"
    assert len(describe_gaps(gaps)) == 3

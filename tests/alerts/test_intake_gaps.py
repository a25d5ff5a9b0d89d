"""What a reader of any figure is told of an extract that was not complete: one sentence per gap, none without."""

import pytest

from alerts.intake_gaps import NO_GAPS, IntakeGaps, describe_gaps


def test_an_extract_without_gaps_needs_no_sentence() -> None:
    assert describe_gaps(NO_GAPS) == []
    assert not NO_GAPS.were_accepted


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        (
            ("cases.rosh",),
            "The extract has no cases.rosh, unlike earlier weeks. Figures that need it are too low or missing.",
        ),
        (
            ("cases.rosh", "events"),
            "The extract has no cases.rosh and events, unlike earlier weeks. "
            "Figures that need them are too low or missing.",
        ),
        (
            ("cases.rosh", "duties", "events"),
            "The extract has no cases.rosh, duties and events, unlike earlier weeks. "
            "Figures that need them are too low or missing.",
        ),
    ],
)
def test_columns_and_tables_that_are_missing_are_named(missing: tuple[str, ...], says: str) -> None:
    gaps = IntakeGaps(missing)
    assert describe_gaps(gaps) == [says]
    assert gaps.were_accepted


@pytest.mark.parametrize(
    ("unmatched", "says"),
    [
        (0, "0 cases (0.0%) name an officer who has no post in the team. They count as unallocated."),
        (1, "1 case (2.5%) names an officer who has no post in the team. It counts as unallocated."),
        (2, "2 cases (5.0%) name an officer who has no post in the team. They count as unallocated."),
    ],
)
def test_cases_without_a_post_that_were_accepted_are_always_reported(unmatched: int, says: str) -> None:
    gaps = IntakeGaps(unmatched=unmatched, with_officer=40, unmatched_accepted=True)
    assert describe_gaps(gaps) == [says]
    assert gaps.were_accepted


def test_no_case_with_an_officer_is_a_share_of_nothing() -> None:
    assert describe_gaps(IntakeGaps(unmatched_accepted=True))[0].startswith("0 cases (0.0%) name")


@pytest.mark.parametrize(
    ("unmatched", "before", "is_reported"),
    [
        (11, 0.05, True),  # 11 of 100 are more than twice 5 of 100
        (11, 0.0, True),
        (11, 0.055, False),  # exactly twice as many
        (10, 0.0, False),  # a few
        (90, None, False),  # there is no last week to compare with
    ],
)
def test_cases_without_a_post_are_reported_when_their_share_more_than_doubles(
    unmatched: int, before: float | None, is_reported: bool
) -> None:
    gaps = IntakeGaps(unmatched=unmatched, with_officer=100, unmatched_share_before=before)
    assert bool(describe_gaps(gaps)) == is_reported
    assert not gaps.were_accepted


def test_the_share_of_last_time_stands_next_to_that_of_now() -> None:
    (says,) = describe_gaps(IntakeGaps(unmatched=11, with_officer=100, unmatched_share_before=0.05))
    assert says == (
        "11 cases (11.0%, 5.0% last time) name an officer who has no post in the team. They count as unallocated."
    )


@pytest.mark.parametrize(
    ("rejected", "before", "is_reported"),
    [(11, 0.005, True), (11, 0.0, True), (11, 0.0055, False), (10, 0.0, False), (1, 0.0, False), (900, None, False)],
)
def test_rejected_rows_are_reported_when_their_share_more_than_doubles(
    rejected: int, before: float | None, is_reported: bool
) -> None:
    gaps = IntakeGaps(rejected=rejected, rejected_share=rejected / 1_000, rejected_share_before=before)
    assert bool(describe_gaps(gaps)) == is_reported


def test_rejected_rows_are_counted_with_both_shares() -> None:
    (says,) = describe_gaps(IntakeGaps(rejected=1_234, rejected_share=0.0123, rejected_share_before=0.005))
    assert says == "The extract has 1,234 rejected rows (1.23%, 0.50% last time)."


def test_every_gap_has_its_sentence_the_missing_columns_first() -> None:
    gaps = IntakeGaps(("events",), 2, 4, 0.1, unmatched_accepted=True, rejected=20, rejected_share=0.2)
    assert [says.split()[0] for says in describe_gaps(gaps)] == ["The", "2"]
    more = IntakeGaps(("events",), 2, 4, 0.1, True, 20, 0.2, 0.0)
    assert [says.split()[:4] for says in describe_gaps(more)] == [
        ["The", "extract", "has", "no"],
        ["2", "cases", "(50.0%,", "10.0%"],
        ["The", "extract", "has", "20"],
    ]

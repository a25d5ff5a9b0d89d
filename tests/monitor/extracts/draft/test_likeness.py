"""Names compared by their words, abbreviations and letters."""

import pytest

from monitor.extracts.draft.likeness import likeness, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CaseRefNo", ["case", "ref", "no"]),
        ("CASE_REF_NO", ["case", "ref", "no"]),
        ("OMCode", ["om", "code"]),
        ("OASys RoSH", ["oasys", "rosh"]),
        ("nDelius-RoSH level 2", ["ndelius", "rosh", "level", "2"]),
        ("\u200b", []),
    ],
)
def test_words_are_parted_as_people_part_them(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("theirs", "phrase"),
    [
        ("Case Ref No", "case code"),
        ("Order Commencement Date", "order start"),
        ("TERMINATION_DT", "end date"),
        ("Hrs per wk", "hours per week"),
        ("Qual date", "date qualified"),
        ("Commencment", "commencement"),
        ("Officers' names", "officer name"),
        ("Tm Cd", "team code"),
        ("Wkly Hrs", "weekly hours"),
        ("Rel Dt", "release"),
        ("ASSMT_TYPE", "assessment type"),
        ("DV_FLAG", "dv"),
        ("Tier (1-4)", "tier"),
    ],
)
def test_the_same_thing_in_other_words_is_alike(theirs: str, phrase: str) -> None:
    assert likeness(theirs, (phrase,)) > 0.6


@pytest.mark.parametrize(
    ("theirs", "phrase"),
    [
        ("Date of birth", "sentence start date"),
        ("Postcode", "om code"),
        ("Name", "team name"),
        ("PNC", "crn"),
        ("Contact level", "risk level"),
        ("", "crn"),
    ],
)
def test_a_word_that_many_headings_share_is_no_likeness(theirs: str, phrase: str) -> None:
    assert likeness(theirs, (phrase,)) < 0.4


def test_an_earlier_phrase_counts_more() -> None:
    assert likeness("PDU", ("pdu", "office")) > likeness("PDU", ("office", "pdu")) > 0.8
    assert likeness("PDU", ()) == 0

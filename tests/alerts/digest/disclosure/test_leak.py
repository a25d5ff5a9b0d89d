"""What a message would give away: its place may be stored and logged, its words may not."""

from alerts.digest.disclosure.leak import Leak


def test_the_place_of_a_leak_says_what_kind_of_thing_is_where_and_not_the_thing() -> None:
    assert Leak("a CRN", "the subject", "X000001").place == "a CRN in the subject"

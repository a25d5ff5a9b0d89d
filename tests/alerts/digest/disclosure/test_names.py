"""Which words of a caseload's names are a person's, and which stand for a post that no one holds."""

import pytest

from alerts.digest.disclosure.names import names_of_people


@pytest.mark.parametrize(
    "name",
    [
        *("Vacancy 92", "Vacancy2", "Vacancy-92", "VACANCY", "Vacant", "Vacant Post", "Post 141", "Post-141"),
        *("Agency PO 12", "Agency Staff", "Duty Officer", "Unallocated Unallocated", "Unallocated, Cases"),
        *("TBC", "T.B.C.", "tbc tbc", "To be confirmed", "N/A", "No Name", "Unknown", "A N Other", "Inactive"),
        *("Bank Holiday", "Officer High", "Maternity Cover 3", "92", "???", "", "  ", "M00012", "PSO (Temp)"),
    ],
)
def test_what_stands_for_a_post_is_no_ones_name(name: str) -> None:
    names = names_of_people([name])
    assert (names.surnames, names.full_names) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("name", "surname", "full_name"),
    [
        ("John Smith", "Smith", "John Smith"),
        ("Smith, John", "Smith", "Smith John"),
        ("Smith, John (PO)", "Smith", "Smith John"),
        ("Smith 2", "Smith", None),
        ("Okonkwo", "Okonkwo", None),
        ("Smith J", "Smith", "Smith J"),
        ("Pat O'Brien", "O'Brien", "Pat O'Brien"),
        ("Ann Smith-Jones", "Smith-Jones", "Ann Smith-Jones"),
        ("van der Berg, Jan", "Berg", "van der Berg Jan"),
        ("Jane Smith (Hackney)", "Smith", "Jane Smith"),
        ("Vacant (was J Okonkwo)", "Okonkwo", None),
        ("Agency Jane Okonkwo", "Okonkwo", "Jane Okonkwo"),
        ("Emily Post", "Emily", "Emily Post"),
        ("Jo Ng", None, "Jo Ng"),
    ],
)
def test_a_persons_surname_and_full_name(name: str, surname: str | None, full_name: str | None) -> None:
    names = names_of_people([name, "Vacancy 92"])
    assert names.surnames >= ({surname} if surname else set())
    assert names.full_names >= ({full_name} if full_name else set())
    assert surname is not None or not names.surnames

"""What the registers say together."""

from datetime import date

from tiering.tiers.registrations import Registration, read_registers

EARLY, LATE = date(2024, 1, 1), date(2024, 6, 1)


def test_a_newest_mappa_registration_without_a_known_level_leaves_the_earlier_level_but_not_its_category() -> None:
    registers = read_registers([Registration("MAPP", EARLY, "m2", "M1"), Registration("MAPP", LATE, "M0", "M9")])
    assert (registers.mappa_level, registers.mappa_category) == ("M2", None)


def test_of_one_day_the_first_entry_counts() -> None:
    assert read_registers([Registration("RHRH", LATE), Registration("RLRH", LATE)]).rosh == "HIGH"


def test_codes_other_than_rosh_and_complexity_are_as_written() -> None:
    registers = read_registers([Registration(code, EARLY) for code in ("iiom", "inll", "spo", "prc", "mapp", "rcpr")])
    flags = (registers.iom, registers.lifer_ipp, registers.stalking, registers.unsupervised)
    assert (*flags, registers.child_protection) == (False,) * 5
    assert registers.complexity_factors == ("CHILD_PROTECTION",)


def test_every_register_is_read() -> None:
    codes = ("IIOM", "INLL", "ADVP", "SPO", "RCPR", "PRC", "RTAO")
    registers = read_registers([Registration(code, EARLY) for code in codes])
    assert registers.iom
    assert registers.lifer_ipp
    assert registers.domestic_abuse
    assert registers.stalking
    assert registers.child_protection
    assert registers.unsupervised
    assert registers.complexity_factors == ("CHILD_PROTECTION", "TERRORISM")

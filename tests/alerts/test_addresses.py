"""Addresses that are safe in a header."""

import pytest

from alerts.addresses import address_fault, address_in


@pytest.mark.parametrize(
    "address",
    [
        "a@x.org\nBcc: b@x.org",
        "a@x.org\r\nBcc: b@x.org",
        "a@x.org\n",
        "a@x.org, b@x.org",
        "a@x.org;b@x.org",
        "a@x.org b@x.org",
        "A Person <a@x.org>",
        "<a@x.org>",
        "a@b@x.org",
        "a%evil.org@x.org",
        "evil.org!a@x.org",
        '"a b"@x.org',
        "a@x",
        "a@-x.org",
        "a@x..org",
        "a@x.org.",
        ".a@x.org",
        "a.@x.org",
        "@x.org",
        "a@",
        "a",
        "",
        "ä@x.org",
        "a@\u0445.org",
        "a" * 65 + "@x.org",
        "a@" + "x." * 130 + "org",
    ],
)
def test_an_address_that_is_not_one_plain_address_is_refused(address: str) -> None:
    assert address_fault(address)


def test_an_address_outside_plain_ascii_is_told_so() -> None:
    assert "plain ASCII" in (address_fault("ä@x.org") or "")


@pytest.mark.parametrize("address", ["a@x.org", "A.O'Neil+digest@probation.example.org", "ops@localhost", "1@1.org"])
def test_a_plain_address_is_accepted(address: str) -> None:
    assert address_fault(address) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Performance team, performance@example.org", "performance@example.org"),
        ("Ann Other <ann@example.org>, 020 7946 0000.", "ann@example.org"),
        ("first@example.org or second@example.org", "first@example.org"),
        ("a@x or b@example.org", "b@example.org"),
        ("Performance team, 020 7946 0000", ""),
        ("", ""),
    ],
)
def test_the_first_plain_address_of_a_text_is_taken(text: str, address: str) -> None:
    assert address_in(text) == address

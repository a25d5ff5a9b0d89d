"""What may be a token."""

import pytest

from monitor.mail.log_in.access_token import AccessToken, is_token


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("eyJ0.eyJh-_~+/=", True), ("", False), ("two tokens", False), ("end\1\1user=a", False), ("töken", False)],
)
def test_only_printable_text_without_blanks_can_be_a_token(text: str, is_one: bool) -> None:
    assert is_token(text) is is_one


def test_a_token_is_not_shown_where_it_is_printed() -> None:
    assert "hush" not in repr(AccessToken("hush", 60))

"""A form that was not stored, as it is shown again."""

from monitor.web.auth.seal import UnsentForm
from monitor.web.pages.unsent import unsent_page

FORM = UnsentForm(
    "/what-if/1/add/absent",
    "the token",
    (("version", "3"), ("om_code", "M1"), ("from-day", "2"), ("until-day", ""), ("reason", "sickness"), ("crn", "X1")),
)


def test_what_was_typed_is_shown_with_labels_and_everything_is_sent_again() -> None:
    page = unsent_page(FORM)
    assert page.typed == (("Offender manager", "M1"), ("From: day", "2"), ("Reason", "sickness"), ("CRN", "X1"))
    assert (page.fields, page.action) == (FORM.fields, "/what-if/1/add/absent")


def test_a_page_that_keeps_the_form_itself_keeps_its_token() -> None:
    assert unsent_page(FORM, signs_in=True).token == "the token"
    assert unsent_page(FORM).token == ""

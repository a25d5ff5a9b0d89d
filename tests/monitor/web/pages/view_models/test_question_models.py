"""A page of questions before one is picked."""

from monitor.web.pages.view_models.question_models import QuestionsPage


def test_a_page_without_a_picked_question_has_no_form_and_no_answer() -> None:
    page = QuestionsPage(title="Questions", choices=[("a", "How many?")])
    assert (page.chosen, page.fields, page.faults, page.answer, page.by) == ("", (), (), None, "all")

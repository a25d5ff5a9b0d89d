"""What the pages of scenarios show."""

from ..planner import Planner, let_it_say


def test_a_text_that_cannot_be_read_is_shown_with_what_is_wrong(planner: Planner) -> None:
    path = planner.new()
    let_it_say(planner, path, "name: Odd\nscope: all\nnonsense: 1\n")
    page = planner.get(path)
    assert "nonsense: is not a key here" in page
    assert "nonsense: 1" in page
    planner.send(f"{path}/limits", 409)


def test_names_that_are_markup_are_shown_as_they_are(planner: Planner) -> None:
    path = planner.new(name="<b>Bold</b> & more")
    assert "<b>Bold</b>" not in planner.browser.get(path).text
    planner.send(f"{path}/add/joins", team_code="T1", grade="PO", contracted_hours="37", name='"><i>Eve')
    assert "<i>" not in planner.browser.get(path).text
    assert "<i>" not in planner.browser.get(planner.solved(path)).text

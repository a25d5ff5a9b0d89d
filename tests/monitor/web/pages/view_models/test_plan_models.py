"""A plan in the list has no moves unless they are the reader's own."""

from datetime import date

from monitor.web.pages.view_models.plan_models import ListedPlan, PlansPage


def test_a_plan_of_a_scope_lists_no_moves() -> None:
    plan = ListedPlan("Relief", date(2026, 11, 20), "/what-if/plan/1", "Not agreed.")
    page = PlansPage(title="Plans", of_people=False, plans=(plan,))
    assert (page.plans[0].moves, page.plans[0].since) == ((), "")

"""One week weighed: the sums of its teams, and which row holds which case."""

from tests.tiering.rows import case, caseload, post, team

from .weeks import week_of


def test_teams_have_the_points_of_their_posts_and_of_cases_that_no_one_holds() -> None:
    posts = [post(), post("Q", "T2", hours=18.5)]
    cases = [case("X1"), case("X2", om_code="Q", team_code="T2", tier="2"), case("X3", om_code="Q")]
    week = week_of(caseload(*cases, organisation=[team(), team("T2")], offender_managers=posts))
    assert week.holder.tolist() == [0, 1, -1]
    assert week.team_sums().values.tolist() == [[50, 2176, 2, 1], [45, 1088, 1, 1]]

"""The page of one snapshot under several policies: which units a reader sees there, and what it says without any."""

import json
from collections.abc import Callable

from monitor.operations.checks.verify import verify
from monitor.snapshots.other_policies import read_policies
from monitor.web.pages.by_policy import by_policy_page
from monitor.web.pages.reference import policy_page

from ...conftest import AS_AT, Answer, Home
from ..conftest import reader_of_newest, served, sign_in

Program = Callable[..., Answer]


def run_also(hotspots: Program, home: Home, *policies: str) -> Answer:
    also = [word for policy in policies for word in ("--also", policy)]
    return hotspots("run", "--extract", home.extract, "--as-at", AS_AT, *also, home=home)


def test_a_snapshot_under_two_policies_from_run_to_page(new_home: Home, hotspots: Program) -> None:
    said = run_also(hotspots, new_home, "wmt")
    assert said.status == 0
    (line,) = [line for line in said.out.splitlines() if line.startswith("Under policy ")]
    assert "wmt: 1.3% of capacity, 138 of " in line
    assert "with other tiers, weighed as untiered" in line
    snapshot = new_home.newest
    assert snapshot.id is not None
    assert [policy.name for policy in read_policies(new_home.store, snapshot.id)] == ["wmt"]
    assert verify(new_home.store, snapshot).differences == []
    again = run_also(hotspots, new_home, "wmt")
    assert "unchanged" in again.out
    exported = hotspots("export", "by_policy", "--format", "json", home=new_home)
    assert {row["policy"] for row in json.loads(exported.out)} == {"london-2009", "wmt"}

    page = by_policy_page(reader_of_newest(new_home, "north"))
    assert page.policies == ("london-2009", "wmt")
    assert {unit.level for unit in page.units} <= {"area", "cluster", "office", "team"}
    assert page.other_tiers
    own, other = page.units[0].figures
    assert own.total_points > other.total_points
    assert own.capacity_percentage is not None
    assert policy_page(reader_of_newest(new_home, "north")).by_policy_path.startswith("/by-policy")
    assert (
        "The same cases and hours, weighed under 2 policies"
        in sign_in(served(new_home), "north").get("/by-policy").text
    )


def test_a_snapshot_under_one_policy_says_how_to_weigh_it_under_more(home: Home) -> None:
    page = by_policy_page(reader_of_newest(home, "north"))
    assert (page.policies, page.units, page.tables) == ((), (), {})
    assert policy_page(reader_of_newest(home, "north")).by_policy_path == ""
    assert "hotspots run --also POLICY" in sign_in(served(home), "north").get("/by-policy").text


def test_a_policy_that_is_not_there_or_is_that_of_the_run_is_refused(new_home: Home, hotspots: Program) -> None:
    said = run_also(hotspots, new_home, "london-2009", "nope")
    assert said.status == 2
    assert "--also london-2009: this is the policy of the run; leave it out" in said.err
    assert "nope.yaml: there is no policy with this name" in said.err

"""What pages and the API say in the week after the weights of the policy changed."""

import shutil
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from monitor.extracts import Insistence
from monitor.run import Request, take_snapshot
from monitor.web.app import make_app

from ..conftest import AS_AT, WEEK, Home, Template
from .conftest import NOW, copied, sign_in


@pytest.fixture(scope="module")
def home(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with copied(_three_weeks, tmp_path_factory.mktemp("other_weights")) as made:
        yield made


@pytest.fixture(scope="module")
def pages(home: Home, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Four weeks, the last of them with more points for tier 4, and a comparison of the third with them."""
    config = tmp_path_factory.mktemp("more") / "config"
    shutil.copytree(home.settings.config, config)
    shipped = (config / "weightings" / "london-2009.yaml").read_text(encoding="utf-8")
    other = shipped.replace("name: london-2009", "name: more-2026")
    other = other.replace("licence: 130, custody: 45", "licence: 140, custody: 45")
    (config / "weightings" / "more-2026.yaml").write_text(other, encoding="utf-8")
    settings = home.with_settings(config=config)
    compared = Request(home.extract, AS_AT, policy="more-2026", insistence=Insistence(swing=True))
    take_snapshot(compared, settings, home.store, NOW)
    settings = home.with_settings(config=config, policy="more-2026")
    changed = Request(home.extract, AS_AT + WEEK, policy="more-2026", insistence=Insistence(swing=True))
    take_snapshot(changed, settings, home.store, NOW + WEEK)
    return make_app(settings, home.store, lambda: NOW + WEEK)


def words(page: str) -> str:
    return " ".join(page.split())


def test_no_page_shows_a_change_since_a_week_of_other_weights(pages: FastAPI) -> None:
    planner = sign_in(pages, "planner")
    for path in ("/office/O1", "/offender-manager/M1"):
        page = words(planner.get(path).text)
        assert "The weights of the policy have changed since 20 November 2026." in page, path
        assert "since last week" not in page
        assert ("% on 20 November" in page) == ("New weights" in page) == (path == "/office/O1")
        assert "(other weights)" in page
        assert "3 of the 4 weeks drawn had other weights: their lines stand apart." in page
    earlier = words(planner.get(f"/office/O1?as_at={AS_AT}").text)
    assert "weights of the policy have changed" not in earlier
    assert "(other weights)" not in earlier


def test_a_comparison_is_listed_and_nothing_leads_to_it(pages: FastAPI) -> None:
    planner = sign_in(pages, "planner")
    page = planner.get("/snapshots").text
    assert page.count(", comparison only") == 1
    assert page.count(f'href="/?as_at={AS_AT}"') == 1
    assert page.count(f'href="/data-quality/intake?as_at={AS_AT}"') == 1
    rows = planner.get("/api/v1/snapshots").json()["items"]
    assert [row["comparison"] for row in rows if row["as_at"] == f"{AS_AT}"] == ["", "more-2026"]
    office = planner.get("/api/v1/units/office/O1").json()
    assert [week["weighed_alike"] for week in office["weeks"]] == [False, False, False, True]
    assert office["change"] is None

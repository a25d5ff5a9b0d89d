"""Where the figures come from, and how far they can be trusted."""

from dataclasses import replace
from datetime import timedelta

import pandas as pd

from alerts.digest.privacy import ReaderScope
from tests.alerts.digest.digests import digest_of
from tests.alerts.pictures import forecasts_of, london, scores_of


def test_the_footer_says_how_far_the_figures_can_be_trusted() -> None:
    text = digest_of(london()).text
    for line in (
        "Figures as at 20 November 2026, compared with 13 November 2026.",
        "Coverage: all 78 teams have data.",
        "No snapshot for the weeks of 24 August and 31 August. They are left as gaps and count neither way.",
        "The extract has 36,412 rows; 17 were rejected. There are 214 data-quality findings across the service.",
        "61 of its 92 numbers are local assumptions, without a published source.",
        "3f9ac01be77d",
    ):
        assert line in text


def test_the_footer_says_how_good_forecasts_were_and_against_what() -> None:
    assert (
        "Recent forecasts for clusters 4 weeks ahead were off by 0.9% on average (the last value: 1.2%). Likely is "
        "the range in which 8 in 10 outcomes should lie; it held 79%.\n"
    ) in digest_of(london()).text
    assert "forecasts for offices 4 weeks ahead were off by 1.4%" in (
        digest_of(london(), ReaderScope("cluster", "C02", "Hackney & Tower Hamlets")).text
    )


def test_the_footer_says_when_there_is_too_little_history_to_forecast() -> None:
    drawn = london()
    carried = replace(drawn, forecasts=forecasts_of(drawn.workload, 0.0, "last value"))
    lately = carried.history["as_at"].gt(pd.Timestamp(carried.as_at - timedelta(weeks=24)))
    short = replace(carried, history=carried.history[lately])
    text = digest_of(short).text
    known = short.history["as_at"].nunique()
    assert f"too little history to forecast ({known} snapshots; 26 weeks are needed). The last value" in text
    assert "Recent forecasts" not in text
    enough = digest_of(carried).text
    assert "Forecasts by planned dates have not yet been better here than the last value, or cannot be" in enough
    assert "Too little history" not in enough


def test_the_footer_says_when_no_forecast_can_be_judged_and_when_there_is_none() -> None:
    drawn = london()
    for scores in (scores_of().iloc[:0], scores_of(forecasts=0)):
        text = digest_of(replace(drawn, forecast_scores=scores)).text
        assert "should lie. No forecast is old enough yet to say how good they are.\n" in text
    text = digest_of(replace(drawn, forecasts=drawn.forecasts.iloc[:0])).text
    assert "There is no forecast this week.\n" in text
    assert "is forecast at" not in text

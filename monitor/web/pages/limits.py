"""The page of the limits of tolerable risk: value, limit, breach and owner, as far as the reader may see them."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import pandas as pd

from alerts.digest.sentences.risk_limits import limit_in_words, value_in_words
from alerts.risk_limits.definitions import RiskLimit
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.page import PageModel
from monitor.web.read_model.rows import LimitFigures, rows_of


class ShownLimit(NamedTuple):
    """One limit in one unit, with its value, its limit and the value that is expected in words."""

    figures: LimitFigures
    value: str
    limit: str
    expected: str


@dataclass(frozen=True, kw_only=True)
class LimitsPage(PageModel):
    """The limits of tolerable risk that the reader may see. sources: the limits with the sources of their numbers."""

    template: ClassVar[str] = "limits.html"

    limits: tuple[ShownLimit, ...]
    breached: int
    sources: tuple[RiskLimit, ...]


def visible_limits(reader: Reader) -> pd.DataFrame:
    """The limits of the areas and of the service that the reader may see, each with its figures."""
    limits = reader.week.frame_if_stored("limits")
    places = zip(limits["level"].tolist(), limits["code"].tolist(), strict=True)
    return limits[np.array([reader.sight.may_see_limits(*place) for place in places], dtype=bool)]


def limits_page(reader: Reader) -> LimitsPage:
    """Every limit that the reader may see, breached ones first, the longest breach first."""
    limits = visible_limits(reader)
    ordered = limits.sort_values(["breached", "weeks", "name", "code"], ascending=[False, False, True, True])
    sources = {limit.name: limit for limit in reader.week.parameters.limits}
    return LimitsPage(
        title="Limits of tolerable risk",
        limits=tuple(_shown(figures) for figures in rows_of(LimitFigures, ordered)),
        breached=int(limits["breached"].sum()),
        sources=tuple(sources[name] for name in sorted(set(limits["name"]) & set(sources))),
        tables={} if limits.empty else {"limits": lambda: limits},
    )


def _shown(figures: LimitFigures) -> ShownLimit:
    return ShownLimit(
        figures,
        value=value_in_words(figures.measure, figures.value, figures.limit),
        limit=limit_in_words(figures.measure, figures.limit),
        expected=value_in_words(figures.measure, figures.forecast_value, figures.limit),
    )

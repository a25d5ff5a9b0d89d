"""The state of the synthetic London between two weeks."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd


@dataclass
class World:
    """The whole state: frames in the columns of the modules that draw them, posts by position in ``posts``."""

    teams: pd.DataFrame
    posts: pd.DataFrame
    cases: pd.DataFrame
    events: pd.DataFrame
    assessments: pd.DataFrame
    reductions: pd.DataFrame
    duties: pd.DataFrame
    last_no: int

    def close_cases(self, on: int) -> None:
        """Remove the cases closed by a day, with their work, and work that later work has long replaced."""
        self.cases = self.cases[self.cases["closed_on"] > on].reset_index(drop=True)
        still = np.zeros(self.last_no + 1, dtype=bool)
        still[self.cases["no"]] = True
        self.events = self.events[still[self.events["no"]]]
        self.assessments = self.assessments[still[self.assessments["no"]] & (self.assessments["gone_on"] > on)]

    def add_cases(self, cases: pd.DataFrame, events: pd.DataFrame, assessments: pd.DataFrame) -> None:
        """Add new cases with all the work that will be done for them."""
        self.cases = pd.concat([self.cases, cases], ignore_index=True)
        self.events = pd.concat([self.events, events], ignore_index=True)
        self.assessments = pd.concat([self.assessments, assessments], ignore_index=True)
        self.last_no = int(cases["no"].max())

    def release_from(self, posts: "pd.Index[int]") -> None:
        """Take the cases away from these posts."""
        self.cases.loc[self.cases["post"].isin(posts), "post"] = -1

    def with_cases_of(self, other: Self) -> Self:
        """Combine this world with the cases of another one, numbered after its own, and all the work for them."""
        return replace(
            self,
            cases=pd.concat([self.cases, other.cases], ignore_index=True),
            events=pd.concat([self.events, other.events], ignore_index=True),
            assessments=pd.concat([self.assessments, other.assessments], ignore_index=True),
        )

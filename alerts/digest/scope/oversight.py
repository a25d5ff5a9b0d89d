"""What one scope owes beyond assessments: how much fell due under each rule, and was done in time."""

from dataclasses import dataclass

import pandas as pd

from alerts.digest.scope.units import Unit, Units


@dataclass(frozen=True)
class KeptRule:
    """One rule in a scope: what fell due lately, and how much of it was done by its due date."""

    rule: str
    fell_due: int
    on_time: int

    @property
    def percentage(self) -> float:
        return 100 * self.on_time / self.fell_due


def kept_rules(rates: pd.DataFrame, units: Units, whole: Unit) -> tuple[KeptRule, ...]:
    """The rules under which anything fell due in a scope, the least timely first; none for a scope that is withheld.

    rates: columns level, code, rule, fell_due, on_time.
    """
    if whole.withheld or rates.empty:
        return ()
    level, codes = next(iter(units.own))[0], {code for _, code in units.own}
    own = rates[rates["level"].eq(level) & rates["code"].isin(codes)]
    sums = own.groupby("rule")[["fell_due", "on_time"]].sum()
    rules = [KeptRule(str(name), int(due), int(done)) for name, due, done in sums.itertuples() if due]
    return tuple(sorted(rules, key=lambda rule: (rule.percentage, -rule.fell_due, rule.rule)))

"""The figures that shape the synthetic London, each with its source.

Published ones are from HM Inspectorate of Probation, A Stalled Journey (October 2009): "App. 1, 34" is row 34 of its
Appendix 1. Everything else is an assumption of this sample and says so.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

ROSH: Final = ("low", "medium", "high", "very_high")
MEDIUM, HIGH, VERY_HIGH, UNCLASSIFIED = 1, 2, 3, 4
TIERS: Final = ("1", "2", "3", "4")
TIER_4, UNTIERED = 3, 4

# 1.2 S(a): 27% low, 50% medium, 20% high, none very high, 8 of 276 without a classification. The tilt towards people
# sentenced to prison and the very few very high are assumptions. Columns: low, medium, high, very high, unclassified.
ROSH_MIX: Final = np.array([[0.317, 0.500, 0.149, 0.002, 0.032], [0.217, 0.496, 0.250, 0.005, 0.032]])

# Assumption: about 18/32/32/18% of tiers 1 to 4. The report's chart is lost; Staffordshire had 19.3% in tier 4 on 31
# March 2008 (Hansard, 8 June 2009). Rows: low, medium, high, very high, unclassified.
TIER_BY_ROSH: Final = np.array(
    [
        [0.40, 0.42, 0.17, 0.01],
        [0.14, 0.38, 0.42, 0.06],
        [0.00, 0.05, 0.23, 0.72],
        [0.00, 0.00, 0.06, 0.94],
        [0.20, 0.45, 0.30, 0.05],
    ]
)

# Staffordshire, 31 March 2008: 1,058 of 4,282 in custody, 25% (Hansard, 8 June 2009). The inspection took custody only
# where RoSH was high, so its 38 of 276 is no caseload. Community against licence after its quota: an assumption.
PRISON_SHARE: Final = 0.48
CUSTODIAL_PART: Final = (0.45, 0.58)
INDETERMINATE_SHARE_OF_HIGH: Final = 0.05

# Assumption: months of a sentence as courts pass it, with the share of each; sentences in force are longer.
COMMUNITY_MONTHS: Final = np.array([6, 12, 18, 24, 36])
COMMUNITY_SHARES: Final = np.array([0.10, 0.45, 0.15, 0.22, 0.08])
PRISON_MONTHS: Final = np.array([12, 18, 24, 36, 48, 72, 120])
PRISON_SHARES: Final = np.array(
    [[0.28, 0.22, 0.20, 0.14, 0.08, 0.05, 0.03], [0.16, 0.18, 0.20, 0.20, 0.14, 0.08, 0.04]]
)

TRANSFERRED_IN_SHARE: Final = 13 / 276  # 2.1 A(e): transferred between areas
DOMESTIC_ABUSE_SHARE: Final = 0.22  # 2.2 S(c)
SAFEGUARDING_SHARE: Final = 40 / 276  # 1.2 A(l)
# 1.2 A(j): 71 of 276 were MAPPA cases, levels 1 and 2 30 to 17, and 24 had no level. A third of that is assumed here.
MAPPA_BY_ROSH: Final = np.array([0.06, 0.21, 0.62, 0.95, 0.10])
MAPPA_LEVEL_SHARES: Final = np.array([0.565, 0.315, 0.005, 0.115])
# 2.2 A(a): 73 of 276 cases, about six months old, had a significant change. That a quarter is recorded is assumed.
RECORDED_CHANGES_A_YEAR: Final = 2 * 73 / 276 / 4

# The rest of the caseload: assumptions.
PROLIFIC_SHARE: Final = 0.03
UNTIERED_SHARE: Final = 0.004
UNTIERED_SHARE_OF_ARRIVALS: Final = 0.08
TIER_UNDOCUMENTED_SHARE: Final = 0.08
EARLIER_TIER_CHANGES: Final = np.array([0.84, 0.12, 0.03, 0.01])
DELIUS_DIFFERS_SHARE: Final = 0.02
DELIUS_MISSING_SHARE: Final = 0.01
UNPAID_WORK_ONLY_BY_TIER: Final = np.array([0.30, 0.08, 0.0, 0.0, 0.0])
WARRANT_SHARE: Final = 0.12  # of community and licence cases, once in their time
SUSPENDED_SHARE: Final = 0.02
EARLY_END_SHARE: Final = 0.20
LATE_END_SHARE: Final = 0.30
TIER_CHANGES_A_WEEK: Final = 0.003
ROSH_CHANGES_A_WEEK: Final = 0.001

# Percent on time in each inspected cluster. London's own figure is the middle of the eight clusters not inspected.
SCREENING_AT_START = "screening_at_start"
SCREENING_ON_RELEASE = "screening_on_release"
PLAN_BEFORE_RELEASE = "plan_before_release"
FIRST_REVIEW = "first_review"
NEXT_REVIEW = "next_review"
PLAN_REVIEW = "plan_review"
CHANGE_REVIEW = "change_review"
FULL_ANALYSIS = "full_analysis"
PLAN_COMMUNITY = "plan_community"
PLAN_COMMUNITY_HIGH = "plan_community_high"
PLAN_TRANSFER = "plan_transfer"
REVIEW_IN_CUSTODY = "review_in_custody"
SENTENCE_PLAN = "sentence_plan"
HOME_VISIT = "home_visit"

LONDON: Final[dict[str, float]] = {
    SCREENING_AT_START: 66,  # App. 1, 3
    SCREENING_ON_RELEASE: 64,  # App. 1, 4
    PLAN_BEFORE_RELEASE: 16,  # App. 1, 19
    FIRST_REVIEW: 72,  # App. 1, 34
    NEXT_REVIEW: 77,  # App. 1, 35
    PLAN_REVIEW: 61,  # App. 1, 29
    CHANGE_REVIEW: 38,  # App. 1, 36
    FULL_ANALYSIS: 81,  # five working days, national outturn 2005-06: HC 162 (2006-07), Annex C
    PLAN_COMMUNITY: 78,  # assumption: the report gives a figure for high RoSH only
    PLAN_COMMUNITY_HIGH: 42,  # 1.2 A(h)
    PLAN_TRANSFER: 67,  # 2.1 A(e)
    REVIEW_IN_CUSTODY: 55,  # 2.2 A(b)
    SENTENCE_PLAN: 80,  # assumption: the report counts missing plans only
    HOME_VISIT: 25,  # 2.2 A(g)
}
INSPECTED: Final[dict[str, dict[str, float]]] = {
    "Greenwich & Lewisham": {
        SCREENING_AT_START: 57,
        SCREENING_ON_RELEASE: 54,
        PLAN_BEFORE_RELEASE: 12,
        FIRST_REVIEW: 49,
        NEXT_REVIEW: 67,
        PLAN_REVIEW: 42,
        CHANGE_REVIEW: 17,
    },
    "Hackney & Tower Hamlets": {
        SCREENING_AT_START: 66,
        SCREENING_ON_RELEASE: 70,
        PLAN_BEFORE_RELEASE: 17,
        FIRST_REVIEW: 79,
        NEXT_REVIEW: 70,
        PLAN_REVIEW: 71,
        CHANGE_REVIEW: 67,
    },
    "Merton, Sutton & Wandsworth": {
        SCREENING_AT_START: 59,
        SCREENING_ON_RELEASE: 53,
        PLAN_BEFORE_RELEASE: 30,
        FIRST_REVIEW: 72,
        NEXT_REVIEW: 82,
        PLAN_REVIEW: 58,
        CHANGE_REVIEW: 30,
    },
    "Brent, Barnet & Enfield": {
        SCREENING_AT_START: 81,
        SCREENING_ON_RELEASE: 77,
        PLAN_BEFORE_RELEASE: 5,
        FIRST_REVIEW: 86,
        NEXT_REVIEW: 92,
        PLAN_REVIEW: 74,
        CHANGE_REVIEW: 46,
    },
}
CHANGE_REVIEW_HIGH: Final = 0.89  # 2.2 S(b): 8 of 9

# Assumption: mean days late of what is late, and the share never done at all. The report measured what was done six
# months on; a real caseload catches up, or a tenth of London would always be overdue.
DAYS_LATE: Final[dict[str, float]] = {
    SCREENING_AT_START: 9,
    SCREENING_ON_RELEASE: 14,
    PLAN_BEFORE_RELEASE: 20,
    FIRST_REVIEW: 15,
    NEXT_REVIEW: 15,
    PLAN_REVIEW: 16,
    CHANGE_REVIEW: 18,
    FULL_ANALYSIS: 15,
    PLAN_COMMUNITY: 15,
    PLAN_COMMUNITY_HIGH: 12,
    PLAN_TRANSFER: 12,
    REVIEW_IN_CUSTODY: 25,
    SENTENCE_PLAN: 14,
    HOME_VISIT: 22,
}
NEVER_DONE: Final[dict[str, float]] = {
    SCREENING_AT_START: 0.004,
    SCREENING_ON_RELEASE: 0.004,
    PLAN_BEFORE_RELEASE: 0.015,
    FULL_ANALYSIS: 0.012,
    PLAN_COMMUNITY: 0.012,
    PLAN_COMMUNITY_HIGH: 0.015,
    PLAN_TRANSFER: 0.03,
    SENTENCE_PLAN: 0.012,
    HOME_VISIT: 0.04,
}
COPIED_SHARE: Final = 0.05  # assumption: 1.5 A(a) and 2.1 A(d) say plans were pulled through, without a figure
COUNTERSIGNED_SHARE: Final = 0.85  # assumption, of high and very high RoSH risk management plans: within two weeks
LATE_SIGNATURE_WORKDAYS: Final = 60  # assumption, the mean wait of the others


def timeliness(rng: np.random.Generator, clusters: list[str]) -> dict[str, Floats]:
    """The share done on time for each measure, one value per cluster: as inspected, or scattered around London's."""
    habit = rng.normal(0, 6, len(clusters))
    own = [INSPECTED.get(cluster, {}) for cluster in clusters]
    return {
        measure: np.array(
            [
                inspected.get(measure, np.clip(london + tilt + rng.normal(0, 2.5), 4, 97))
                for inspected, tilt in zip(own, habit, strict=True)
            ]
        )
        / 100
        for measure, london in LONDON.items()
    }


# Beyond assessments: percent on time, of London and of each inspected cluster in the order of ``INSPECTED``.
BREACH_ACTION = "breach_action"
BREACH_RESOLVED = "breach_resolved"
CONTACT = "contact"
MAPPA_REVIEW = "mappa_review"
SAFEGUARDING = "safeguarding"
PRE_RELEASE = "pre_release"
CUSTODY_PLAN = "custody_plan"
VICTIM_CONTACT = "victim_contact"
SUPERVISION = "supervision"

OVERSIGHT_LONDON: Final[dict[str, float]] = {
    BREACH_ACTION: 74,  # App. 1, 50
    BREACH_RESOLVED: 61,  # App. 1, 51
    CONTACT: 83,  # App. 1, 46
    MAPPA_REVIEW: 37,  # App. 1, 41, which is about its effective use
    SAFEGUARDING: 25,  # 1.2 A(l): 10 of 40
    PRE_RELEASE: 55,  # 2.2 A(b): 6 of 11
    CUSTODY_PLAN: 44,  # 1.2 A(k)
    VICTIM_CONTACT: 29,  # 2.3
    SUPERVISION: 80,  # assumption
}
OVERSIGHT_INSPECTED: Final[dict[str, tuple[float, float, float, float]]] = {
    BREACH_ACTION: (79, 75, 69, 77),
    BREACH_RESOLVED: (46, 60, 68, 62),
    CONTACT: (85, 76, 84, 87),
    MAPPA_REVIEW: (47, 27, 56, 21),
}
# Assumptions: how often a person fails to comply in two months, and how many fail on licence and are recalled.
FAILURES_IN_TWO_MONTHS: Final = 0.05
RECALLED_SHARE: Final = 0.3
VICTIM_CONTACT_SHARE: Final = {False: 0.15, True: 0.6}  # of people sentenced to prison, by high RoSH; an assumption
NOT_REFERRED_SHARE: Final = 0.004  # 1.2 A(j): "in a few cases"
LICENCE_COPY_MISSING: Final = 0.02  # 2.4 A(b): "a few"


def oversight_timeliness(clusters: list[str]) -> dict[str, Floats]:
    """The share done on time beyond assessments, one value per cluster: as inspected, or London's."""
    places = {name: place for place, name in enumerate(INSPECTED)}
    shares = {}
    for measure, london in OVERSIGHT_LONDON.items():
        own = OVERSIGHT_INSPECTED.get(measure)
        values = [own[places[name]] if own and name in places else london for name in clusters]
        shares[measure] = np.array(values) / 100
    return shares

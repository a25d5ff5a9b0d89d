"""Made-up clusters, each from its seed: too much here, room there, people away, unallocated cases."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from tests.oracle.card import Row, Tables
from tests.oracle.what_if.redistribution import Ask

AS_AT = date(2026, 11, 20)
CASES, PEOPLE, OFFICES = 3_000, 60, 6
TIERS = np.array(["1", "2", "3", "4"])
TIER_SHARES = {"PO": (0.16, 0.39, 0.31, 0.14), "PSO": (0.45, 0.45, 0.10, 0.0), "TPO": (0.40, 0.45, 0.15, 0.0)}
ROSH = np.array(["", "low", "medium", "high", "very_high"])
ROSH_SHARES = {
    "PO": (0.03, 0.25, 0.49, 0.21, 0.02),
    "PSO": (0.05, 0.55, 0.39, 0.01, 0.0),
    "TPO": (0.05, 0.50, 0.44, 0.01, 0.0),
}
GRADES = (("PO", 0.58), ("PSO", 0.34), ("TPO", 0.08))
HOURS = np.array([37.0, 37.0, 37.0, 37.0, 30.0, 22.2, 18.5])


class Maker:
    """One cluster in the making: its own stream of chance, its rows."""

    def __init__(self, seed: int, cluster: str, cases: int, people: int, offices: int) -> None:
        self.chance = np.random.default_rng([seed, cases, people])
        self.cluster, self.cases, self.people, self.offices = cluster, cases, people, offices
        self.tables: Tables = {
            name: []
            for name in ("organisation", "offender_managers", "cases", "assessments", "events", "duties", "reductions")
        }

    def pick(self, choices: Any, shares: Any = None) -> Any:
        return choices[self.chance.choice(len(choices), p=shares)]

    def likely(self, share: float) -> bool:
        return bool(self.chance.random() < share)

    def days(self, least: int, most: int) -> date:
        return AS_AT + timedelta(days=int(self.chance.integers(least, most + 1)))

    def made(self) -> Tables:
        self.teams()
        self.posts()
        self.absences()
        self.held()
        return self.tables

    def teams(self) -> None:
        """Every office has two generic teams; the first has the specialists of the cluster too."""
        kinds = [(office, "omu") for office in range(self.offices) for _ in range(2 if self.people >= 20 else 1)]
        kinds += [(0, "ppu"), (0, "substance_misuse"), (min(1, self.offices - 1), "custody")]
        if self.people < 20:
            kinds = kinds[: self.offices + 1]
        for number, (office, kind) in enumerate(kinds):
            self.tables["organisation"].append(
                {
                    "team_code": f"{self.cluster}T{number:02}",
                    "team_name": f"Team {number} of {self.cluster}",
                    "team_type": kind,
                    "office_code": f"{self.cluster}O{office}",
                    "office_name": f"Office {office} of {self.cluster}",
                    "cluster_code": self.cluster,
                    "cluster_name": f"Cluster {self.cluster}",
                    "area_code": "A1",
                    "area_name": "Area 1",
                }
            )

    def posts(self) -> None:
        """People of mixed grades and hours, one in twelve with a second post; a senior officer to every third team."""
        teams = self.tables["organisation"]
        names, shares = zip(*GRADES, strict=True)
        for number in range(self.people):
            special = [team for team in teams if team["team_type"] != "omu"]
            generic = [team for team in teams if team["team_type"] == "omu"]
            few = special * 3 if self.people >= 20 else special
            team = few[number] if number < len(few) else generic[number % len(generic)]
            grade = "PO" if team["team_type"] == "ppu" else self.pick(names, shares)
            hours = Decimal(str(self.pick(HOURS)))
            self.post(number, team["team_code"], grade, hours)
            if self.likely(1 / 12):
                others = [one for one in teams if one is not team and one["office_code"] == team["office_code"]]
                if others:
                    self.post(number, self.pick(others)["team_code"], grade, Decimal("11.1"))
        for number, team in enumerate(teams[::3]):
            self.post(self.people + number, team["team_code"], "SPO", Decimal(37))

    def post(self, number: int, team_code: str, grade: str, hours: Decimal) -> None:
        qualified = {"PO": self.days(-6000, -100), "SPO": self.days(-9000, -4000)}.get(grade)
        om_code = f"{self.cluster}P{number:03}"
        known = [row for row in self.tables["offender_managers"] if row["om_code"] == om_code]
        row = {"om_code": om_code, "team_code": team_code, "om_name": f"Officer {om_code}", "grade": grade}
        row |= {"contracted_hours": hours, "qualified_on": known[0]["qualified_on"] if known else qualified}
        self.tables["offender_managers"].append(row | {"left_on": None})

    def absences(self) -> None:
        """Two or three in sixty are away for long, one in ten gives fewer hours, some stand in court or see callers."""
        posts = [row for row in self.tables["offender_managers"] if row["grade"] != "SPO"]
        people = list(dict.fromkeys(row["om_code"] for row in posts))
        away = self.chance.choice(len(people), max(1, round(len(people) / 25)), replace=False)
        for place in away:
            self.reduction(people[place], "sickness", Decimal(60))
        for om_code in people:
            if self.likely(0.1):
                self.reduction(om_code, "training", Decimal("3.7"))
        for row in posts:
            if self.likely(0.15):
                kind, quantity = self.pick((("court_duty", "3.5"), ("office_duty", "2"), ("sdr", "1"), ("fdr", "2")))
                duty = {"om_code": row["om_code"], "team_code": row["team_code"], "kind": kind}
                self.tables["duties"].append(
                    duty | {"quantity": Decimal(quantity), "starts_on": AS_AT - timedelta(days=5), "ends_on": None}
                )

    def reduction(self, om_code: str, reason: str, hours: Decimal) -> None:
        row = {"om_code": om_code, "team_code": None, "reason": reason, "hours": hours}
        self.tables["reductions"].append(row | {"starts_on": AS_AT - timedelta(days=30), "ends_on": None})

    def held(self) -> None:
        """Cases by hours, by how busy the office is and by luck; about one in a hundred and fifty unallocated."""
        posts = [row for row in self.tables["offender_managers"] if row["grade"] != "SPO"]
        office = {row["team_code"]: row["office_code"] for row in self.tables["organisation"]}
        busy = {code: float(self.chance.lognormal(0, 0.12)) for code in sorted(set(office.values()))}
        pull = [
            float(row["contracted_hours"])
            * busy[office[row["team_code"]]]
            * float(self.chance.lognormal(0, 0.22))
            * {"PO": 0.8, "PSO": 1.45, "TPO": 1.2}[row["grade"]]
            for row in posts
        ]
        holders = self.chance.choice(len(posts), self.cases, p=np.array(pull) / sum(pull))
        share_in_custody = float(self.chance.uniform(0.5, 0.62))
        for number, holder in enumerate(holders):
            self.case(number, posts[holder], share_in_custody)

    def case(self, number: int, post: Row, in_custody: float) -> None:
        grade = post["grade"]
        # A few cases are held by a grade that should not hold them.
        grade = "PO" if self.likely(0.004) else grade
        rosh = str(self.pick(ROSH, ROSH_SHARES[grade])) or None
        mappa = self.pick((None, "1", "2", "3", "unrecorded"), (0.55, 0.3, 0.09, 0.02, 0.04))
        setting = "custody" if self.likely(in_custody) else self.pick(("community", "community", "licence"))
        row: Row = {
            "crn": f"{self.cluster}X{number:05}",
            "om_code": None if self.likely(1 / 150) else post["om_code"],
            "team_code": post["team_code"],
            "tier": str(self.pick(TIERS, TIER_SHARES[grade])) if self.likely(0.98) else None,
            "rosh": rosh,
            "rosh_delius": rosh if self.likely(0.95) else str(self.pick(ROSH, ROSH_SHARES[grade])) or None,
            "setting": setting,
            "activity": self.pick(
                ("active", "suspended", "warrant", "unpaid_work_only", "overdue_termination"),
                (0.88, 0.02, 0.04, 0.03, 0.03),
            ),
            "sentence_start": self.days(-900, -10),
            "release_on": self.days(-30, 400) if setting == "custody" else None,
            "expected_end_on": self.days(20, 700),
            "allocated_on": self.days(-400, -5),
            "transferred_in_on": self.days(-200, -5) if self.likely(0.06) else None,
            "mappa_level": mappa if rosh in ("high", "very_high") else None,
            "prolific": None,
            "safeguarding": None,
            "domestic_abuse": None,
            "tier_changes": None,
            "tier_documented": None,
            "number_of_cases": 1,
        }
        self.tables["cases"].append(row)
        if self.likely(0.85):
            done = {"crn": row["crn"], "kind": "rosh_review", "completed_on": self.days(-125, -1)}
            self.tables["assessments"].append(done | {"countersigned_on": None, "similarity": None})


def cluster(seed: int, cases: int = CASES, people: int = PEOPLE, offices: int = OFFICES, code: str = "C1") -> Tables:
    """One cluster as accepted rows: the same seed gives the same rows."""
    return Maker(seed, code, cases, people, offices).made()


def joined(clusters: list[Tables]) -> Tables:
    """Several clusters as one service."""
    return {name: [row for one in clusters for row in one[name]] for name in clusters[0]}


def whole_service(tables: Tables, **limits: Any) -> Ask:
    """The ask to redistribute everything there is."""
    return Ask(tables, AS_AT, "london-2009", frozenset(team["team_code"] for team in tables["organisation"]), **limits)


def handful(seed: int) -> Ask:
    """Six to eight cases and three or four people with a few hours each: small enough to try every plan there is.

    Every rule has its turn: kinds of team, offices, clusters, grades, split posts, absences, duties, rows of several
    cases, locks, bars, a tight intake and a small budget.
    """
    maker = Maker(seed, "C1", 6 + seed % 3, 3 + seed % 2, 2)
    chance, tables = maker.chance, maker.tables
    maker.teams()
    tables["organisation"][-1] |= {"team_type": maker.pick(("omu", "omu", "omu", "court", "ppu"))}
    if maker.likely(0.25):
        far = {
            "office_code": "C2O0",
            "office_name": "Office 0 of C2",
            "cluster_code": "C2",
            "cluster_name": "Cluster C2",
        }
        tables["organisation"][-1] |= far
    teams = [team["team_code"] for team in tables["organisation"]]
    for number in range(maker.people):
        grade = maker.pick(("PO", "PO", "PSO", "TPO", "SPO") if number else ("PO",))
        maker.post(number, maker.pick(teams), grade, Decimal(maker.pick(("1.85", "3.7", "3.7", "7.4", "5.55"))))
        if maker.likely(0.2):
            other = maker.pick([code for code in teams if code != tables["offender_managers"][-1]["team_code"]])
            maker.post(number, other, grade, Decimal("1.85"))
    posts = tables["offender_managers"]
    for post in posts:
        if maker.likely(0.3):
            post["qualified_on"] = maker.pick((None, AS_AT - timedelta(days=365), AS_AT - timedelta(days=364)))
        if maker.likely(0.15):
            maker.reduction(post["om_code"], "sickness", Decimal(maker.pick(("60", "1.85"))))
        if maker.likely(0.2):
            duty = {"om_code": post["om_code"], "team_code": post["team_code"], "kind": "group_work"}
            days = {"starts_on": AS_AT, "ends_on": None}
            tables["duties"].append(duty | {"quantity": Decimal("0.7")} | days)
    busiest = maker.pick(posts)
    for number in range(maker.cases):
        post = busiest if maker.likely(0.5) else maker.pick(posts)
        maker.case(number, post | {"grade": maker.pick(("PO", "PSO"))}, 0.3)
        case = tables["cases"][-1]
        if maker.likely(0.15):
            case["om_code"] = None
        if maker.likely(0.15):
            case["number_of_cases"] = maker.pick((2, 3))
            tables["assessments"] = [row for row in tables["assessments"] if row["crn"] != case["crn"]]
    crns = [case["crn"] for case in tables["cases"]]
    people = sorted({post["om_code"] for post in posts})
    return whole_service(
        tables,
        elective_moves=maker.pick((None, None, 0, 1, 2, 3)),
        intake=maker.pick((1, 2, 2, 6)),
        weeks=maker.pick((1, 1, 2)),
        between_clusters=maker.likely(0.5),
        crns=frozenset(crn for crn in crns if chance.random() < 0.08),
        om_codes=frozenset(person for person in people if chance.random() < 0.06),
        barred=frozenset((crn, person) for crn in crns for person in people if chance.random() < 0.08),
    )


def later_handful(seed: int) -> Ask:
    """The same few cases under a line of their own, after an earlier answer, when someone may be absent or gone.

    People have up to four times the hours: some of these caseloads stay under the line, some cannot.
    """
    ask, chance = handful(seed), np.random.default_rng([seed, 14])
    times = int(chance.integers(1, 5))
    more = [post | {"contracted_hours": times * post["contracted_hours"]} for post in ask.tables["offender_managers"]]
    posts = [(post["om_code"], post["team_code"]) for post in ask.tables["offender_managers"]]
    people = sorted({om_code for om_code, _ in posts})
    earlier = [
        (case["crn"], *posts[chance.integers(len(posts))]) for case in ask.tables["cases"] if chance.random() < 0.4
    ]
    return ask._replace(
        tables=ask.tables | {"offender_managers": more},
        elective_moves=chance.choice(np.array([None, "no limit", ask.elective_moves], dtype=object)),
        threshold=Fraction(int(chance.choice((90, 95, 100, 105, 110, 120, 130)))),
        margin=Fraction(int(chance.choice((0, 0, 2, 10)))),
        based_on=tuple(earlier) if chance.random() < 0.7 else None,
        absent=frozenset(person for person in people if chance.random() < 0.15),
        leavers=frozenset(person for person in people if chance.random() < 0.1),
    )

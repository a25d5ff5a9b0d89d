"""The questions of a what-if's forms: one form for each kind of change, and one for the limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.redistribution.scenario.model import LONGEST_REASON
from tiering.terms import Grade, ReductionReason, Rosh, Setting, TeamType

Option = tuple[str, str]
"""A value and what it says."""

_PEOPLE: Final = ("people", "holders", "posts", "receivers")
"""The choices that are people: all of them or those who hold cases, and their posts."""


@dataclass(frozen=True)
class Field:
    """One question of a form.

    - kind: text, words (in an area of several lines), number, whole (number), moves (a whole number or no limit),
      percent, date, choice, several (choices), post or tick.
    - options: its choices, or the name of those of ``Choices``.
    - keys: of the change that it fills in, where they are not its name.
    - longest: characters; no code or name is longer than the usual number.
    """

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    needed: bool = True
    options: tuple[Option, ...] | str = ()
    keys: tuple[str, ...] = ()
    longest: int = 200

    @property
    def finds(self) -> bool:
        """Whether it asks for a person, who can be searched for by name, code or office."""
        return self.options in _PEOPLE

    @property
    def find(self) -> str:
        """The name of the field for the search."""
        return f"{self.name}-find"

    @property
    def fills(self) -> tuple[str, ...]:
        return self.keys or (self.name,)


@dataclass(frozen=True)
class Form:
    """The questions of one kind of change."""

    kind: str
    link: str
    title: str
    says: str
    fields: tuple[Field, ...]


_ROSH: Final = {Rosh.LOW: "Low", Rosh.MEDIUM: "Medium", Rosh.HIGH: "High", Rosh.VERY_HIGH: "Very high"}
_TYPES: Final = {
    TeamType.OMU: "Offender management (OMU)",
    TeamType.PPU: "Public protection (PPU)",
    TeamType.SUBSTANCE_MISUSE: "Substance misuse",
    TeamType.CUSTODY: "Custody",
    TeamType.COURT: "Court",
}
_REASONS: Final = tuple((reason.value, reason.value.replace("_", " ").capitalize()) for reason in ReductionReason)
_LOAD: Final = "By office. The percentage is the load in the snapshot"
_PERSON: Final = Field("om_code", "Offender manager", _LOAD, "choice", options="people")
_HOLDER: Final = Field("om_code", "Offender manager", _LOAD, "choice", options="holders")
_POST: Final = Field("post", "Post", _LOAD, "post", options="posts", keys=("om_code", "team_code"))
_CRN: Final = Field("crn", "CRN", "The case reference number as it stands in the caseload, for example X123456")
_ACCEPT_RISK: Final = Field(
    "accept_risk",
    "Why the risk is accepted",
    "Only if this leaves a case of high RoSH, of the highest tier or under MAPPA with no one who has hours. It stands "
    "at the top of the plan, with your name",
    "words",
    needed=False,
    longest=LONGEST_REASON,
)
_HOURS: Final = Field("contracted_hours", "Contracted hours a week", "For example 37, or 22.2 for three days", "number")
_LATER: Final = "Leave empty if it has begun. For a later day, first set the day that the plan is for"

FORMS: Final[Mapping[str, Form]] = {
    form.kind: form
    for form in (
        Form(
            "absent",
            "An offender manager is absent",
            "Who is absent?",
            "They give no hours in any of their posts, and their cases have to be placed.",
            (
                _PERSON,
                Field("from", "First day of the absence", _LATER, "date", needed=False),
                Field("until", "Last day of the absence", "Leave empty if it is not known", "date", needed=False),
                Field("reason", "Reason", kind="choice", options=(_REASONS[-1], *_REASONS[:-1])),
            ),
        ),
        Form(
            "joins",
            "An offender manager joins",
            "Who joins?",
            "A new offender manager, who can take cases from the first day.",
            (
                Field("team_code", "Team", kind="choice", options="teams"),
                Field("grade", "Grade", kind="choice", options=tuple((grade.value, grade.value) for grade in Grade)),
                _HOURS,
                Field("name", "Name", "As it should stand in the plan; a new PO is called New PO 1", needed=False),
                Field(
                    "qualified_on",
                    "Qualified on",
                    "High RoSH cases do not go to a newly qualified offender manager",
                    "date",
                    needed=False,
                ),
                Field("on", "Starts on", _LATER, "date", needed=False),
            ),
        ),
        Form(
            "leaves",
            "An offender manager leaves",
            "Who leaves?",
            "Their cases have to be placed.",
            (
                _PERSON,
                Field(
                    "team_code", "From which team", "Leave empty for all posts", "choice", needed=False, options="teams"
                ),
                Field("on", "Leaves on", _LATER, "date", needed=False),
            ),
        ),
        Form("hours", "Hours change", "Whose hours change?", "Other contracted hours in one post.", (_POST, _HOURS)),
        Form(
            "team",
            "A team moves office",
            "Which team moves office?",
            "With all its people and cases.",
            (
                Field("team_code", "Team", kind="choice", options="all_teams"),
                Field("to_office", "To which office", kind="choice", options="offices"),
            ),
        ),
        Form(
            "widen",
            "A type of team takes further cases",
            "Which type of team takes further cases?",
            "For example, substance misuse teams take cases of offender management teams.",
            (
                Field("team_type", "Which teams", kind="choice", options=tuple(_TYPES.items())),
                Field("takes", "Cases of these teams", kind="several", options=tuple(_TYPES.items())),
            ),
        ),
        Form(
            "policy",
            "A policy value changes",
            "Which policy value do you want to change?",
            "Only in this what-if. The policy itself stays as it is.",
            (
                Field("number", "Policy value", "With what it is in the snapshot", "choice", options="numbers"),
                Field("value", "New value", "With at most three decimals", "number"),
            ),
        ),
        Form(
            "arrivals",
            "Cases are expected",
            "Which cases are expected?",
            "No one holds them yet, so the plan places them.",
            (
                Field("team_code", "Team", kind="choice", options="teams"),
                Field("cases", "How many cases", kind="whole"),
                Field("tier", "Tier", kind="choice", options="tiers"),
                Field("rosh", "RoSH", kind="choice", options=tuple((rosh.value, says) for rosh, says in _ROSH.items())),
                Field(
                    "setting",
                    "Setting",
                    kind="choice",
                    options=tuple((setting.value, setting.value.capitalize()) for setting in Setting),
                ),
            ),
        ),
        Form(
            "threshold",
            "Another threshold",
            "Above which percentage does a person count as over capacity?",
            "What the plan aims at stays the same: it evens out the whole load.",
            (Field("over", "Per cent of capacity", "For example 115", "number"),),
        ),
        Form(
            "move",
            "A case goes to a named person",
            "Which case goes to whom?",
            "It is carried out first, and the rest of the plan is made around it.",
            (
                _CRN,
                Field("post", "Who takes it", _LOAD, "post", options="receivers", keys=("to_om_code", "to_team_code")),
            ),
        ),
        Form(
            "pin",
            "A case stays",
            "Which case stays?",
            "The plan leaves it with its offender manager.",
            (_CRN, _ACCEPT_RISK),
        ),
        Form(
            "pin-person",
            "An offender manager keeps their cases",
            "Who neither gives nor takes a case?",
            "The plan leaves them and their cases alone.",
            (_HOLDER, _ACCEPT_RISK),
        ),
        Form(
            "bar",
            "A case never goes to a named person",
            "Which case never goes to whom?",
            "For example because of a conflict of interest. If they hold it now, it has to be placed elsewhere.",
            (_CRN, _HOLDER, _ACCEPT_RISK),
        ),
    )
}
"""Every kind of change that has a form."""

LIMITS: Final = Form(
    "limits",
    "Limits",
    "How far may the plan go?",
    "What is left empty is as the configuration has it.",
    (
        Field(
            "elective_moves",
            "Most moves by choice",
            "Cases that must be placed come on top. A whole number, or the words no limit. Left empty, it is 0 if "
            "someone is absent or leaves, and no limit otherwise",
            "moves",
            needed=False,
        ),
        Field("intake", "Most new cases a person a week", "Leave empty for the usual number", "whole", needed=False),
        Field(
            "margin",
            "How far below the line those who take cases must stay, in percentage points",
            "For example 10. Leave empty for 0: they may be filled up to the line",
            "number",
            needed=False,
        ),
        Field(
            "weeks",
            "Fewest weeks over which moves are spread",
            "More are used if they are needed",
            "whole",
            needed=False,
        ),
        Field("seconds", "Longest time to look for it, in seconds", "At most 120", "number", needed=False),
        Field(
            "gap",
            "How close to the best possible, in per cent",
            "For example 0.5. The smaller, the longer it takes",
            "percent",
            needed=False,
        ),
        Field(
            "peak_first", "Bring down the highest load first, at a small price in evenness", kind="tick", needed=False
        ),
        Field("between_clusters", "Cases may go to another cluster", kind="tick", needed=False),
        Field(
            "robust",
            "How many draws of the next 8 weeks to judge the plan against",
            "From 1 to 2,000; 200 is usual. Leave empty for none",
            "whole",
            needed=False,
        ),
        _ACCEPT_RISK,
    ),
)

PLAN_FOR: Final = Form(
    "plan-for",
    "Plan for a later day",
    "Which day is the plan for?",
    "People, hours and reductions count as on that day, cases as in the snapshot.",
    (Field("plan_for", "Day of the plan", "Leave empty for the date of the figures", "date", needed=False),),
)

MOST_SECONDS: Final = 120.0
"""Of one search on the pages: others wait for it."""


def kind_of(form: Form) -> str:
    """The kind of change that a form makes."""
    return "pin" if form.kind == "pin-person" else form.kind

"""The inputs of one case as JSON: their form, and the row that a calculator reads."""

import json
from calendar import isleap
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError

from tiering.faults import UserFault
from tiering.tiers.columns import BANDS, NEEDS, PREDICTOR_TYPES, ROSH, SEVERITIES, STEPS, need_column
from tiering.tiers.needs import ANSWER_SCORES, UNANSWERED, answer_score
from tiering.tiers.registrations import Registration, read_registers

FORM = "docs/operating.md shows the form"


class InputFault(UserFault):
    """Inputs of the tier calculator that cannot be used."""


def _one_of(*known: str) -> BeforeValidator:
    """A check that a text, in any case, is one of some words; it becomes upper case."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.upper() not in known:
            raise ValueError(f"{value!r} is not one of {', '.join(word for word in known if word)}, or null")
        return value.upper()

    return BeforeValidator(check)


def _no_boolean(value: object) -> object:
    """A number or its text; true and false are neither."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


Percentage = Annotated[Decimal, BeforeValidator(_no_boolean), Field(ge=0, le=100)]
Score = Annotated[Decimal, BeforeValidator(_no_boolean), Field(ge=0, le=1000)]
Answer = Annotated[str, _one_of(*ANSWER_SCORES, *UNANSWERED)]
RoshWord = Annotated[str, _one_of(*ROSH)]
NeedWord = Annotated[str, _one_of(*NEEDS)]
Severity = Annotated[str, _one_of(*SEVERITIES)]
StepWord = Annotated[str, _one_of(*STEPS)]


class Inputs(BaseModel):
    """Inputs of one case; an unknown key is a fault, because it may be a misspelt one that matters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RegistrationInput(Inputs):
    """One registration."""

    code: str
    date: date
    level: str | None = None
    category: str | None = None


class Requirement(Inputs):
    """One requirement of a sentence."""

    main_category: str | None = None
    restrictive: StrictBool


class Conviction(Inputs):
    """One conviction with its sentence."""

    sentence_type: str | None
    terminated: StrictBool
    requirements: tuple[Requirement, ...] = ()


CUSTODIAL = ("NC", "SC")
UNPAID_WORK = ("W", "W1")


def has_mandate(convictions: Sequence[Conviction]) -> bool:
    """Whether a current sentence is custodial, or has a requirement that is neither restrictive nor unpaid work."""
    return any(
        conviction.sentence_type in CUSTODIAL
        or any(not part.restrictive and part.main_category not in UNPAID_WORK for part in conviction.requirements)
        for conviction in convictions
        if not conviction.terminated
    )


class Assessment(Inputs):
    """The newest assessment."""

    san: StrictBool = False
    completed_days_ago: int | None = None
    needs: dict[NeedWord, Severity | None] = {}
    impulsivity: Answer | None = None
    temper_control: Answer | None = None
    parental_responsibilities: Answer | None = None


class PointsInputs(Inputs):
    """The inputs of v2."""

    gender: str | None = None
    rsr: Score | None
    ogrs: Percentage | None
    registrations: tuple[RegistrationInput, ...]
    convictions: tuple[Conviction, ...]
    previous_enforcement_activity: StrictBool | None = None
    assessment: Assessment | None

    def to_row(self) -> dict[str, object]:
        """The row of ``POINTS_COLUMNS``."""
        registers = read_registers(Registration(**entry.model_dump()) for entry in self.registrations)
        assessment = self.assessment or Assessment()
        return {
            "female": (self.gender or "").lower() == "female",
            "rsr": _number(self.rsr),
            "ogrs": _number(self.ogrs),
            "rosh": registers.rosh,
            "mappa_level": registers.mappa_level,
            "complexity_factors": len(registers.complexity_factors),
            "iom": registers.iom,
            "unsupervised": registers.unsupervised,
            "mandate": has_mandate(self.convictions),
            "assessed": self.assessment is not None,
            "assessment_age": _number(assessment.completed_days_ago),
            **women_answers(assessment),
            "previous_enforcement_activity": bool(self.previous_enforcement_activity),
            **{need_column(need): assessment.needs.get(need) for need in NEEDS},
        }


class WomenAnswers(Inputs):
    """The answers that add points for women."""

    impulsivity: Answer | None = None
    temper_control: Answer | None = None
    parental_responsibilities: Answer | None = None


def women_answers(answers: Assessment | WomenAnswers) -> dict[str, object]:
    """The two columns of v2 that come from these answers."""
    scores = (answer_score(answers.impulsivity), answer_score(answers.temper_control))
    return {
        "parental_responsibilities": answers.parental_responsibilities == "YES",
        "impulsivity_or_temper_control": max(scores) > 0,
    }


class Predictor(Inputs):
    """A score that is static or dynamic."""

    score: Percentage | None
    type: Annotated[str, _one_of(*PREDICTOR_TYPES)] | None = None


class SexualPredictor(Inputs):
    """A score of sexual reoffending with its band."""

    score: Annotated[Decimal, BeforeValidator(_no_boolean)] | None
    band: Annotated[str, _one_of(*BANDS)] | None


class Release(Inputs):
    """A day so many years and days from today."""

    relative_to: Literal["today"]
    years: int = Field(default=0, ge=-150, le=150)
    days: int = Field(default=0, ge=-60_000, le=60_000)

    def on(self, today: date) -> date:
        """The day that is meant; 29 February becomes the 28th in a year without it."""
        year = today.year + self.years
        day = 28 if (today.month, today.day) == (2, 29) and not isleap(year) else today.day
        return date(year, today.month, day) + timedelta(days=self.days)


class StepsInputs(Inputs):
    """The inputs of v3; ``predictors_present`` false means that no score counts."""

    has_active_event: StrictBool
    predictors_present: StrictBool = True
    arp: Predictor | None
    csrp: Predictor | None
    dc_srp: SexualPredictor | None = None
    mappa_category: Literal["M1", "M2", "M3", "M4"] | None
    rosh: RoshWord | None
    lifer_ipp: StrictBool | None = None
    latest_release: Release | date | None = None
    domestic_abuse: StrictBool | None = None
    stalking: StrictBool | None = None
    child_protection: StrictBool | None = None
    ever_committed_sexual_offence: StrictBool | None = None

    def to_row(self, today: date) -> dict[str, object]:
        """The row of ``STEPS_COLUMNS``."""
        present = self.predictors_present
        release = self.latest_release
        return {
            "active_event": self.has_active_event,
            **_predictor_row("arp", self.arp if present else None),
            **_predictor_row("csrp", self.csrp if present else None),
            "dc_srp": _number(self.dc_srp.score) if present and self.dc_srp else float("nan"),
            "dc_srp_band": self.dc_srp.band if present and self.dc_srp else None,
            "mappa_category": self.mappa_category,
            "rosh": self.rosh,
            "lifer_ipp": bool(self.lifer_ipp),
            "released_on": release.on(today) if isinstance(release, Release) else release,
            "domestic_abuse": bool(self.domestic_abuse),
            "stalking": bool(self.stalking),
            "child_protection": bool(self.child_protection),
            "sexual_offences": bool(self.ever_committed_sexual_offence),
        }


class ProvisionalInputs(Inputs):
    """The inputs of the question whether a v3 tier is provisional; a step that says nothing is null or left out."""

    rosh: RoshWord | None
    mappa_category: Literal["M1", "M2", "M3", "M4"] | None
    arp: Predictor | None
    csrp: Predictor | None
    step_results: dict[StepWord, str | None]

    def to_row(self) -> dict[str, object]:
        """The columns of v3 that the question needs."""
        scores = {**_predictor_row("arp", self.arp), **_predictor_row("csrp", self.csrp)}
        return {**scores, "mappa_category": self.mappa_category, "rosh": self.rosh}


class RegistrationsInputs(Inputs):
    """The inputs of the question what the registers say."""

    registrations: tuple[RegistrationInput, ...]


class MandateInputs(Inputs):
    """The inputs of the question whether there is a mandate for change."""

    convictions: tuple[Conviction, ...]


class NeedInputs(Inputs):
    """The inputs of the question how severe a need is."""

    section: NeedWord
    san: StrictBool = False
    answers: dict[str, Answer | None]


class WomenInputs(Inputs):
    """The inputs of the question how many points the additional factors for women give."""

    is_female: StrictBool
    previous_enforcement_activity: StrictBool | None = None
    answers: WomenAnswers | None = None

    def to_row(self) -> dict[str, object]:
        """The columns of v2 that the question needs."""
        return {
            "female": self.is_female,
            "previous_enforcement_activity": bool(self.previous_enforcement_activity),
            **women_answers(self.answers or WomenAnswers()),
        }


class FormatInputs(Inputs):
    """The inputs of the question how a v2 tier is written."""

    protect_level: str
    change_level: int
    unsupervised: StrictBool | None = None


Form = TypeVar("Form", bound=Inputs)


def read_inputs(form: type[Form], given: Sequence[object]) -> list[Form]:
    """Read the inputs of several cases; raises InputFault with every fault of all of them."""
    cases: list[Form] = []
    faults: list[str] = []
    for number, case in enumerate(given, start=1):
        where = f"inputs of case {number}" if len(given) > 1 else "inputs"
        try:
            cases.append(form.model_validate(case))
        except ValidationError as error:
            faults += [_fault(where, form, fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()]
    if faults:
        raise InputFault(faults)
    return cases


def _fault(where: str, form: type[Inputs], place: tuple[int | str, ...], kind: str, message: str) -> str:
    path = ".".join([where, *map(str, place)])
    if kind == "extra_forbidden":
        known = f"; known here: {', '.join(form.model_fields)}" if len(place) == 1 else ""
        return f"{path}: this key is unknown{known}; {FORM}"
    if kind == "missing":
        return f"{path}: this key is missing; write null if nothing is recorded; {FORM}"
    return f"{path}: {message.removeprefix('Value error, ')}; correct it; {FORM}"


def _number(value: Decimal | int | None) -> float:
    return float("nan") if value is None else float(value)


def _predictor_row(name: str, predictor: Predictor | None) -> dict[str, object]:
    score, kind = (None, None) if predictor is None else (predictor.score, predictor.type)
    return {name: _number(score), f"{name}_type": kind}


def read_cases(text: bytes, model: str) -> tuple[list[object], bool]:
    """Read the inputs of one case, or of a list of cases, from JSON text; returns them and whether it is a list.

    A case may also be written as the facts are: the inputs under ``inputs`` next to their model.

    Raises InputFault if it is not JSON, or has a case of another model.
    """
    try:
        content = json.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        raise InputFault(["standard input: not UTF-8 text; save it as UTF-8 and run the command again"]) from None
    except (ValueError, RecursionError) as error:
        raise InputFault([f"standard input: not JSON ({error}); give one object, or a list of them; {FORM}"]) from None
    cases = content if isinstance(content, list) else [content]
    faults = [
        f"inputs of case {number}: this case is for model {case['model']}; leave it out or use --model {case['model']}"
        for number, case in enumerate(cases, start=1)
        if isinstance(case, dict) and "inputs" in case and case.get("model", model) != model
    ]
    if faults:
        raise InputFault(faults)
    inputs = [case["inputs"] if isinstance(case, dict) and "inputs" in case else case for case in cases]
    return inputs, isinstance(content, list)

"""Modern tiers once more, one case at a time, from the inputs as JSON: v2, v3 and what they are made of."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

LETTERS = ["NOT_SUPERVISED", "MISSING", "G", "F", "E", "D", "C", "B", "A"]
"""The tiers of v3, lowest first."""

ROSH = {"RVHR": "VERY_HIGH", "RHRH": "HIGH", "RMRH": "MEDIUM", "RLRH": "LOW"}
COMPLEXITY = ["RMDO", "ALSH", "RVLN", "RCCO", "RCPR", "RCHD", "RPIR", "RVAD", "STRG", "RTAO"]
ONE_POINT = ["ACCOMMODATION", "EDUCATION_TRAINING_AND_EMPLOYABILITY", "RELATIONSHIPS", "LIFESTYLE_AND_ASSOCIATES"]
ONE_POINT += ["DRUG_MISUSE", "ALCOHOL_MISUSE"]
TWO_POINTS = ["THINKING_AND_BEHAVIOUR", "ATTITUDES"]
TABLE = [
    ("6.9", "AABBBB"),
    ("3.0", "ABCCCC"),
    ("1.0", "BCDEEE"),
    ("0.5", "CDEEFF"),
    ("0.0", "DDEFFG"),
]


def registers(registrations: list[dict[str, Any]]) -> dict[str, Any]:
    """RoSH, MAPPA, complexity and every flag."""
    entries = [entry for entry in registrations if entry["code"] != "HREG"]
    entries.sort(key=lambda entry: date.fromisoformat(entry["date"]).toordinal(), reverse=True)
    said: dict[str, Any] = {"rosh": None, "mappa_level": None, "mappa_category": None, "complexity": []}
    seen_mappa = False
    for entry in entries:
        code = entry["code"]
        if said["rosh"] is None:
            said["rosh"] = ROSH.get(code.upper())
        if code.upper() in COMPLEXITY and code.upper() not in said["complexity"]:
            said["complexity"].append(code.upper())
        if code == "MAPP":
            level = (entry["level"] or "").upper()
            if said["mappa_level"] is None and level in ("M1", "M2", "M3"):
                said["mappa_level"] = level
            if not seen_mappa and entry["category"] in ("M1", "M2", "M3", "M4"):
                said["mappa_category"] = entry["category"]
            seen_mappa = True
    codes = [entry["code"] for entry in entries]
    said["iom"] = "IIOM" in codes
    said["lifer_ipp"] = "INLL" in codes
    said["domestic_abuse"] = "ADVP" in codes or "REG30" in codes
    said["stalking"] = "SPO" in codes
    said["child_protection"] = "RCPR" in codes
    said["unsupervised"] = "PRC" in codes
    return said


def no_mandate(convictions: list[dict[str, Any]]) -> bool:
    """Whether no current sentence is custodial or has a requirement that counts."""
    for conviction in convictions:
        if conviction["terminated"]:
            continue
        if conviction["sentence_type"] in ("NC", "SC"):
            return False
        for requirement in conviction["requirements"]:
            if not requirement["restrictive"] and requirement["main_category"] not in ("W", "W1"):
                return False
    return True


def women(female: bool, enforcement: bool, answers: dict[str, Any] | None) -> int:
    """Points of the additional factors for women."""
    if not female:
        return 0
    points = 2 if enforcement else 0
    if answers is not None:
        if answers["parental_responsibilities"] == "Yes":
            points += 2
        if answers["impulsivity"] in ("Some", "Significant") or answers["temper_control"] in ("Some", "Significant"):
            points += 2
    return points


def v2(inputs: dict[str, Any], days_valid: int | None = None) -> dict[str, Any]:
    """The v2 tier with its points."""
    said = registers(inputs["registrations"])
    assessment = inputs["assessment"]
    if assessment is not None and days_valid is not None and (assessment["completed_days_ago"] or 0) > days_valid:
        assessment = None
    rsr_points = 0
    if inputs["rsr"] is not None:
        rsr = Decimal(inputs["rsr"])
        # The upper limits are binary fractions: 99.99 is just below ninety-nine point nine nine, 6.99 just above.
        if Decimal(7) <= rsr <= Decimal.from_float(99.99):
            rsr_points = 20
        elif Decimal(3) <= rsr <= Decimal.from_float(6.99):
            rsr_points = 10
    rosh_points = {"VERY_HIGH": 150, "HIGH": 20, "MEDIUM": 10}.get(said["rosh"], 0)
    protect = max(rsr_points, rosh_points)
    protect += {"M1": 5, "M2": 150, "M3": 150}.get(said["mappa_level"], 0)
    protect += 2 * len(said["complexity"])
    female = (inputs["gender"] or "").lower() == "female"
    protect += women(female, bool(inputs["previous_enforcement_activity"]), assessment)
    letter = "A" if protect >= 150 else "B" if protect >= 20 else "C" if protect >= 10 else "D"
    change, level = 0, 0
    if not no_mandate(inputs["convictions"]):
        level = 2
        if assessment is not None:
            for need, severity in assessment["needs"].items():
                weight = 1 if need in ONE_POINT else 2 if need in TWO_POINTS else 0
                change += weight * {"STANDARD": 1, "SEVERE": 2}.get(severity, 0)
            change += int(Decimal(inputs["ogrs"] or 0) / 10)
            change += 2 if said["iom"] else 0
            level = 3 if change >= 20 else 2 if change >= 10 else 1
    return {
        "protect_points": protect,
        "protect_level": letter,
        "change_points": change,
        "change_level": level,
        "tier": f"{letter}{level}" + ("S" if said["unsupervised"] else ""),
    }


def reoffending(arp: Decimal, csrp: Decimal) -> str:
    """The tier in the table."""
    for start, row in TABLE:
        if csrp >= Decimal(start):
            for limit, letter in zip((90, 75, 50, 25, 15, 0), row, strict=True):
                if arp >= limit:
                    return letter
    raise ValueError("a score below 0")


def years_before(today: date, years: int) -> date:
    """The same day some years earlier; 28 February for the 29th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def v3(inputs: dict[str, Any], today: date) -> dict[str, Any]:
    """The v3 tier, whether it is provisional, or an error."""
    if not inputs["has_active_event"]:
        return {"tier": "NOT_SUPERVISED", "provisional": False}
    arp, csrp = inputs["arp"], inputs["csrp"]
    if not inputs["predictors_present"] or not arp or not csrp or arp["score"] is None or csrp["score"] is None:
        return {"tier": "MISSING", "provisional": False}
    steps: dict[str, str | None] = {"REOFFENDING": reoffending(Decimal(arp["score"]), Decimal(csrp["score"]))}
    sexual = inputs["dc_srp"]
    if sexual and sexual["score"] is not None and sexual["band"] and Decimal(sexual["score"]) > 0:
        score, band = Decimal(sexual["score"]), sexual["band"]
        steps["SEXUAL_REOFFENDING"] = {"VERY_HIGH": "A", "HIGH": "B", "LOW": "E"}.get(band)
        if band == "MEDIUM":
            for limit, letter in (("3.36", "C"), ("2.11", "D"), ("1.12", "C"), ("0.60", "D")):
                if score >= Decimal(limit):
                    steps["SEXUAL_REOFFENDING"] = letter
                    break
            else:
                return {"error": True}
    mappa, rosh = inputs["mappa_category"], inputs["rosh"]
    if mappa:
        steps["MAPPA_ROSH"] = {"VERY_HIGH": "A", "HIGH": "C", "MEDIUM": "D"}.get(rosh, "E")
    else:
        steps["MAPPA_ROSH"] = {"VERY_HIGH": "C", "HIGH": "D"}.get(rosh)
    release = inputs["latest_release"]
    if inputs["lifer_ipp"] and release is not None:
        on = years_before(today, -release["years"]) + timedelta(days=release["days"])
        steps["LIFER_IPP"] = "B" if on >= years_before(today, 1) else "D" if on >= years_before(today, 5) else "E"
    steps["DOMESTIC_ABUSE"] = "E" if inputs["domestic_abuse"] else None
    steps["STALKING"] = "F" if inputs["stalking"] else None
    steps["CHILD_PROTECTION"] = "F" if inputs["child_protection"] else None
    steps["SEXUAL_OFFENCES"] = "E" if inputs["ever_committed_sexual_offence"] else None
    return {"tier": highest(steps.values()), "provisional": provisional(arp, csrp, mappa, rosh, steps)}


def highest(tiers: Any) -> str:
    """The highest of some tiers; G if there is none."""
    return max((tier for tier in tiers if tier is not None), key=LETTERS.index, default="G")


def provisional(arp: Any, csrp: Any, mappa: str | None, rosh: str | None, steps: dict[str, str | None]) -> bool:
    """Whether what is missing or static could still raise the tier."""
    without = highest(tier for step, tier in steps.items() if step != "REOFFENDING")
    endless = Decimal(10**9)
    if arp["type"] == "STATIC" and csrp["type"] == "STATIC":
        limit = "A"
    elif arp["type"] == "STATIC":
        limit = reoffending(endless, Decimal(csrp["score"]))
    elif csrp["type"] == "STATIC":
        limit = reoffending(Decimal(arp["score"]), endless)
    else:
        limit = "NOT_SUPERVISED"
    if LETTERS.index(without) < LETTERS.index(limit):
        return True
    if rosh is not None:
        return False
    both_dynamic = arp["type"] == "DYNAMIC" and csrp["type"] == "DYNAMIC"
    left_out = ["MAPPA_ROSH"] if both_dynamic else ["MAPPA_ROSH", "REOFFENDING"]
    certain = highest(tier for step, tier in steps.items() if step not in left_out)
    return LETTERS.index(certain) < LETTERS.index("A" if mappa else "C")

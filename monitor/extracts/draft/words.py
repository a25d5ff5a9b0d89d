"""What probation services call our tables, columns and values; docs/glossary.md has the field's words.

The first phrase of a list is the likeliest. Phrases are compared as ``likeness`` compares them: "no", "ref", "id" and
"key" are all "code" there, "commencement" is "start", and "termination" is "end".
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

Phrases = tuple[str, ...]


def _split(text: str) -> Phrases:
    return tuple(phrase.strip() for phrase in text.split(","))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TABLE_PHRASES: Final[Mapping[str, Phrases]] = {
    "organisation": _split(
        "organisation, teams, team structure, structure, organisation structure, hierarchy, offices, units, org, "
        "reference teams, locations, clusters"
    ),
    "offender_managers": _split(
        "offender managers, staff, officers, practitioners, probation practitioners, probation officers, pos, posts, "
        "oms, staff in post, staffing, employees, workforce, establishment, people, hr"
    ),
    "cases": _split(
        "cases, caseload, case, offenders, people on probation, pop, service users, orders, sentences, cases by officer"
    ),
    "assessments": _split(
        "assessments, oasys, oasys assessments, assessments completed, assessment history, plans, reviews, "
        "assessments and plans, plans and reviews, work completed"
    ),
    "events": _split("events, significant events, significant changes, changes, incidents"),
    "duties": _split("duties, reports, court reports, court work, duties and reports, other work, rota, psr"),
    "reductions": _split("reductions, absences, absence, leave, sickness, sick leave, hours reductions, availability"),
    "enforcement": _split("enforcement, breaches, breach, recalls, recall, breaches and recalls, enforcement action"),
    "contacts": _split("contacts, appointments, contact log, contact history, planned appointments, attendance"),
    "oversight": _split("oversight, management oversight, oversight log, spo oversight, manager oversight"),
}

NO_TABLE_WORDS: Final = _words(
    "export extract report data list table sheet tbl vw view latest final current all csv month weekly week dbo copy "
    "new old v jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september "
    "october november december"
)
"""Words of the names of files and sheets that do not say what is in them."""

_OFFICER = (
    "om, offender manager, officer, practitioner, probation practitioner, pp, staff, probation officer, case manager, "
    "supervising officer, responsible officer, owner, key worker, employee"
)
_PHRASES: Final[Mapping[str, str]] = {
    "team_code": "team code, team, unit code, code",
    "team_name": "team name, team, unit name, unit, name",
    "team_type": "team type, type, function, team function",
    "office_code": "office code, office, site code, site, delivery unit code, pdu code, ldu code, location code, "
    "probation office code, base code",
    "office_name": "office name, office, site name, site, delivery unit name, delivery unit, pdu name, ldu name, "
    "location name, location, probation office, base",
    "cluster_code": "cluster code, cluster, pdu code, pdu, ldu code, ldu, borough code, borough, ldu cluster code, "
    "district code",
    "cluster_name": "cluster name, cluster, pdu name, pdu, ldu name, ldu, borough name, borough, ldu cluster, "
    "district name, district, probation delivery unit",
    "area_code": "area code, area, region code, region, probation region code, division code, trust code",
    "area_name": "area name, area, region name, region, probation region, division name, division, trust",
    "grade": "grade, staff grade, grade code, role, job title, job role, position, band, pay band",
    "contracted_hours": "contracted hours, hours per week, weekly hours, hours, contract hours, working hours",
    "qualified_on": "qualified, qualification date, date qualified, qualified since",
    "left_on": "left, leaving date, date left, leaver date, leave date, end date, date of leaving",
    "crn": "crn, case ref, case, offender code, ndelius code, ndelius, delius code, delius, delius crn, ndelius crn, "
    "person on probation code, pop code, person code, service user code, client code, urn, code",
    "tier": "tier, tier level, case tier, tiering, current tier, tier code",
    "rosh": "rosh, risk of serious harm, rosh level, oasys rosh, rosh oasys, risk of harm, roh, oasys risk, "
    "risk level, risk, oasys risk level",
    "rosh_delius": "rosh delius, delius rosh, ndelius rosh, rosh ndelius, delius risk, ndelius risk level, "
    "rosh case record, registered rosh, rosh register, risk register",
    "setting": "setting, sentence setting, supervision type, sentence type, order type, disposal type, case type, "
    "disposal, community or custody, supervision setting, type of supervision",
    "activity": "activity, case status, status, activity status, current status",
    "sentence_start": "sentence start, order start, sentence date, start date, sentence or order start, "
    "supervision start, disposal date, order date, date of sentence, start",
    "release_on": "release, release date, actual release date, expected release date, date of release, released",
    "expected_end_on": "expected end, expected end date, end date, sentence end, order end, termination date, end, "
    "sentence expiry date, licence expiry date, sed, led, supervision end",
    "allocated_on": "allocated, allocation date, date allocated, allocated to officer date, assigned date, "
    "date assigned, om allocation date",
    "transferred_in_on": "transferred in, transfer in date, transfer date, date transferred, date transferred in",
    "mappa_level": "mappa level, mappa",
    "prolific": "prolific, ppo, iom, prolific offender, prolific and priority offender, integrated offender management",
    "safeguarding": "safeguarding, child protection, child safeguarding, safeguarding concern, cp",
    "domestic_abuse": "domestic abuse, da, dv, domestic violence, dva, domestic abuse perpetrator",
    "tier_changes": "tier changes, number of tier changes, changes of tier, times tier changed",
    "tier_documented": "tier documented, tier recorded, tiering documented",
    "mappa_eligible": "mappa eligible, eligible for mappa, mappa eligibility",
    "licence_copy": "licence copy, copy of licence, copy of licence on file, licence on file",
    "victim_contact": "victim contact, victim contact required, victim contact scheme, statutory victim contact, vcs",
    "action_by": "action by, action due, action due date, enforcement due date, act by",
    "acted_on": "acted, action date, date of action, action begun, breach started, date enforced, proceedings started",
    "resolved_on": "resolved, date resolved, resolution date, outcome date, breach resolved, concluded",
    "planned_on": "planned, appointment date, planned date, contact date, date of contact, date",
    "kept": "kept, attended, complied, appointment kept",
    "done_on": "done, date done, date of oversight, oversight date, review date, date",
    "number_of_cases": "number of cases, case count, count of cases, cases, count",
    "kind": "kind, type",
    "completed_on": "completed, completion date, date completed, assessment date, signed date, date signed, "
    "plan date, date, locked date, date locked",
    "countersigned_on": "countersigned, countersignature date, date countersigned, countersign date",
    "countersigned_by": "countersigned by, countersigning officer, countersigning spo, countersignatory, countersigner",
    "similarity": "similarity, likeness, similarity to last, copied share",
    "occurred_on": "occurred, event date, date of event, date occurred, date of change, date",
    "quantity": "quantity, number, hours, amount, how many, count, volume, reports",
    "hours": "hours, hours lost, hours reduced, hours per week, hours reduction, reduction hours, weekly hours, "
    "reduction",
    "reason": "reason, absence reason, absence type, reason of absence, leave type, reduction reason, type",
    "starts_on": "starts, start date, start, from, date from, first day, absence start, date",
    "ends_on": "ends, end date, end, to, date to, until, last day, absence end, return date",
}
_OF_TABLE: Final[Mapping[tuple[str, str], str]] = {
    (
        "assessments",
        "kind",
    ): "assessment type, assessment, type of assessment, document type, plan type",
    ("events", "kind"): "event type, event, type of event, change type, contact type",
    ("duties", "kind"): "duty type, duty, type of duty, report type, task, work type",
    ("enforcement", "kind"): "enforcement type, type of enforcement, action type",
    ("enforcement", "occurred_on"): "failure date, date of failure, breach date, absence date",
    ("contacts", "kind"): "contact type, type of contact, appointment type, type of appointment",
    ("oversight", "kind"): "oversight type, type of oversight",
    ("duties", "starts_on"): "completion date, date completed, report date, duty date",
}
NO_HOURS: Final = ("fte", "wte", "full time equivalent", "whole time equivalent")
"""Headings of a share of full time, which looks like hours and is not."""

VALUE_PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "flag": {"true": "true, yes, y, t, 1", "false": "false, no, n, f, 0"},
    "rosh": {
        "low": "low, l, lo",
        "medium": "medium, med, m, moderate",
        "high": "high, h, hi",
        "very_high": "very high, vh, v high, v, vhi",
    },
    "setting": {
        "community": "community, comm, community order, co, sso, suspended sentence order, suspended sentence, "
        "community sentence, community supervision, com",
        "licence": "licence, license, on licence, lic, post sentence supervision, pss, parole, released on licence",
        "custody": "custody, in custody, cust, custodial, prison, in prison, pre release, custodial sentence",
    },
    "activity": {
        "active": "active, open, live, current",
        "warrant": "warrant, warrant outstanding, warrant issued, outstanding warrant, wanted, "
        "unlawfully at large, ual",
        "unpaid_work_only": "unpaid work only, unpaid work, upw, upw only, stand alone upw, standalone unpaid work, "
        "upw standalone, community payback",
        "overdue_termination": "overdue termination, overdue for termination, termination overdue, past end date, "
        "past termination date, awaiting termination",
        "suspended": "suspended, on hold, inactive suspended",
        "reset": "reset, probation reset, contact suspended reset",
        "impact": "impact, probation impact",
    },
    "grade": {
        "PO": "po, probation officer, qualified po, nqo, newly qualified officer",
        "PSO": "pso, probation service officer, probation services officer",
        "TPO": "tpo, trainee probation officer, trainee, trainee po, pqip, pqip trainee",
        "SPO": "spo, senior probation officer, senior po, team manager, senior",
    },
    "team_type": {
        "omu": "omu, offender management unit, offender management, om unit, sentence management, field team, generic",
        "ppu": "ppu, public protection unit, public protection, public protection team",
        "substance_misuse": "substance misuse, substance misuse team, drugs, drug team, drugs and alcohol, sm, dip",
        "custody": "custody, custody team, prison, prison team, omic, resettlement",
        "court": "court, court team, courts, court duty team",
    },
    "mappa_level": {
        "1": "1, level 1, l1, one",
        "2": "2, level 2, l2, two",
        "3": "3, level 3, l3, three",
        "unrecorded": "unrecorded, not recorded, unknown level, level unknown, level not recorded, unknown",
    },
    "kind": {
        "rosh_screening": "rosh screening, screening, risk screening, risk of serious harm screening, ros",
        "rosh_full_analysis": "rosh full analysis, full analysis, full risk analysis, "
        "risk of serious harm full analysis, rosh fa, full rosh",
        "risk_management_plan": "risk management plan, rmp, risk plan",
        "rosh_review": "rosh review, risk review, review of rosh, risk of serious harm review, rosh summary review",
        "sentence_plan": "sentence plan, sp, isp, initial sentence plan, initial plan, supervision plan",
        "sentence_plan_review": "sentence plan review, spr, review of sentence plan, review sentence plan, "
        "plan review, rsp",
        "home_visit": "home visit, hv, home visits, visit at home",
        "significant_change": "significant change, significant event, sig change, change of circumstances, "
        "significant change in circumstances",
        "court_duty": "court duty, court, court hours, court rota",
        "office_duty": "office duty, duty officer, office, duty desk, duty",
        "group_work": "group work, groups, groupwork, programmes, accredited programme, group programme",
        "sdr": "sdr, standard delivery report, pre sentence report, psr, standard report",
        "fdr": "fdr, fast delivery report, fast report, short report",
        "oral_report": "oral report, oral, stand down report, oral psr",
        "breach": "breach, breach of order, breach proceedings",
        "recall": "recall, recall to custody, licence recall",
        "home": "home, at home, home contact",
        "telephone": "telephone, phone, phone call, telephone contact",
        "video": "video, video call, online",
        "safeguarding": "safeguarding, safeguarding oversight, child safeguarding oversight",
        "mappa_review": "mappa review, mappa meeting, mappa level review",
        "pre_release_review": "pre release review, review before release, pre release rosh review",
        "victim_contact": "victim contact, contact with victim, vlo contact",
        "custody_plan": "custody plan, plan for custody, custody period plan",
        "supervision": "supervision, staff supervision, one to one supervision",
    },
    "reason": {
        "sickness": "sickness, sick, sick leave, illness, ill, sickness absence, long term sick",
        "maternity": "maternity, maternity leave, mat leave, mat",
        "training": "training, course, study leave, training course, study",
        "part_secondment": "part secondment, secondment, seconded, part time secondment, on secondment",
        "phased_return": "phased return, phased, phased return to work",
        "union": "union, trade union, union duties, tu, tu duties, facility time, trade union duties, napo, "
        "union facility time",
        "other": "other, misc, miscellaneous, other reason",
    },
}
_SAME_WORDS: Final = {"rosh_delius": "rosh"}

NOISE: Final[Mapping[str, frozenset[str]]] = {
    "rosh": _words("risk rosh of serious harm level classification roh"),
    "tier": _words("tier level"),
    "mappa_level": _words("mappa level managed"),
    "grade": _words("grade band 2 3 4 5 6"),
    "kind": _words("completed assessment"),
}
"""Words that say nothing in the values of a column, because its heading says them."""


@cache
def column_phrases(table: str, column: str) -> Phrases:
    """What a column of ours may be called, the likeliest first."""
    if column in ("om_code", "om_name"):
        return _officer_phrases(column)
    phrases = ", ".join(filter(None, (_OF_TABLE.get((table, column)), _PHRASES[column])))
    return (column, *_split(phrases))


def value_phrases(column: str, choice: str) -> Phrases:
    """What a value of ours may be called; flags have one list for all columns."""
    words = VALUE_PHRASES.get(_SAME_WORDS.get(column, column), {})
    return (choice, *_split(words[choice])) if choice in words else (choice,)


def noise_of(column: str) -> frozenset[str]:
    """The words that do not count in the values of a column."""
    return NOISE.get(_SAME_WORDS.get(column, column), frozenset())


def _officer_phrases(column: str) -> Phrases:
    ending = column.removeprefix("om_")
    officers = _split(_OFFICER)
    also = ("payroll code", "pay code", "allocated to", "code") if ending == "code" else ("full name", "name")
    return (column, *(f"{officer} {ending}" for officer in officers), *officers, *also)

"""Where a what-if begins: a name, and the unit whose cases and offender managers it is about."""

from dataclasses import fields
from typing import Final

from monitor.redistribution.repository import EVERYWHERE
from monitor.redistribution.scenario.model import ScenarioScope
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.page import Page
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import Field, Form, Option
from monitor.web.what_if.forms import Choices, Filled
from monitor.web.what_if.pages.form import form_page
from monitor.web.what_if.pages.scenario import MENU
from tiering.terms import Level

NEW: Final = Form(
    "new",
    "New what-if",
    "New what-if",
    "It starts from the newest snapshot, which it never changes.",
    (
        Field("name", "Name", "What you try, for example Hackney without two officers"),
        Field(
            "unit",
            "Cluster, office or area",
            "Whose cases and whose offender managers it is about. Cases go to another cluster only where you allow it",
            "choice",
            options="offices",
        ),
    ),
)


def units_of(asked: Reader) -> Choices:
    """The units a planner may choose from, as level/code: the smallest that hold offices of their own first."""
    organisation = asked.week.organisation.sort_values(["area_code", "cluster_code", "office_code"])
    names: dict[str, str] = {}
    for level in (Level.CLUSTER, Level.OFFICE, Level.AREA):
        for code in organisation[f"{level}_code"].unique():
            if asked.sight.may_see(level, str(code)):
                unit = asked.week.unit(level, str(code))
                name = code if unit is None else unit.name
                names[f"{level}/{code}"] = f"{name} ({level} {code})"
    units: tuple[Option, ...] = tuple(names.items())
    if asked.sight.everything:
        units = (*units, (f"{Level.ALL}/", "Whole service"))
    none: dict[str, tuple[Option, ...]] = {field.name: () for field in fields(Choices)}
    return Choices(**{**none, "offices": units})


def new_page(filled: Filled, units: Choices) -> Page:
    """The form for a new what-if."""
    return form_page(NEW, filled, units, f"{MENU}/new", "Save and go on", MENU)


def area_of(scope: ScenarioScope, week: SnapshotView) -> str:
    """The area that holds a whole scope; ``EVERYWHERE`` where it goes beyond one."""
    organisation = week.organisation
    if scope.level is Level.ALL:
        return EVERYWHERE
    inside = organisation.loc[organisation[f"{scope.level.value}_code"].isin(scope.codes), "area_code"].unique()
    return str(inside[0]) if len(inside) == 1 else EVERYWHERE

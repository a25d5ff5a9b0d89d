"""A value in force from a date, with its unit, its reference and the status of its source."""

from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel

Value = TypeVar("Value")


class SourceStatus(StrEnum):
    """How good the source of a number is."""

    VERIFIED = "verified"
    LOCAL_ASSUMPTION = "local assumption"
    MEASURED = "measured on simulation"


class Stated(BaseModel, Generic[Value]):
    """One value with the facts that a reader needs to judge it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Value
    unit: str
    status: SourceStatus
    reference: str


class Dated(RootModel[dict[date, Stated[Value]]], Generic[Value]):
    """One value over time, each form of it by the date on which it starts."""

    model_config = ConfigDict(frozen=True)

    def in_force(self, on: date) -> tuple[date, Stated[Value]] | None:
        """The form in force ``on`` that date, with the date on which it started; None before the first."""
        starts = [start for start in self.root if start <= on]
        return (max(starts), self.root[max(starts)]) if starts else None

"""A value in force from a date, with its unit, its reference and the status of its source."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

Value = TypeVar("Value")


class SourceStatus(StrEnum):
    """How good the source of a number is."""

    VERIFIED = "verified"
    LOCAL_ASSUMPTION = "local assumption"
    MEASURED = "measured on simulation"
    TIME_STUDY = "measured in a time study"


class Stated(BaseModel, Generic[Value]):
    """One value with the facts that a reader needs to judge it.

    - low, high: how far an assumption may be out, as multiples of each of its numbers; None for the default range.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Value
    unit: str
    status: SourceStatus
    reference: str
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def has_range(self) -> bool:
        """Whether the value states how far it may be out."""
        return self.low is not None or self.high is not None

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.has_range and self.status is not SourceStatus.LOCAL_ASSUMPTION:
            raise ValueError(f"low and high are for a local assumption; this value is {self.status.value}")
        if self.low is not None and not 0 < self.low <= 1:
            raise ValueError(f"low: {self.low} is a multiple of the value: write a number above 0 and at most 1")
        if self.high is not None and self.high < 1:
            raise ValueError(f"high: {self.high} is a multiple of the value: write a number of at least 1")
        return self


class Dated(RootModel[dict[date, Stated[Value]]], Generic[Value]):
    """One value over time, each form of it by the date on which it starts."""

    model_config = ConfigDict(frozen=True)

    def in_force(self, on: date) -> tuple[date, Stated[Value]] | None:
        """The form in force ``on`` that date, with the date on which it started; None before the first."""
        starts = [start for start in self.root if start <= on]
        return (max(starts), self.root[max(starts)]) if starts else None

"""Reading the values of one column: each different text is judged once, however many rows hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.heading_map import EXCEL_SERIALS, ColumnMap, strptime_format
from monitor.extracts.reading.rows import Mask, Positions, different_texts, text_array
from monitor.extracts.wording import error_words, fold, folded, null_words, without_unseen
from tiering.caseload import Column, Kind

Objects = npt.NDArray[np.object_]
LONGEST_TEXT = 500
LARGEST_NUMBER = 1_000_000_000
_LARGEST_RANK = np.iinfo(np.int64).max
_DATE = r"^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
_MIDNIGHT = r"[ T]0?0:00(:00(\.0+)?)?(Z|[+-]00:?00)?$"
_LENGTH_OF_A_DAY = len("2026-11-20")
_DAY_NUMBER = r"^[0-9]{1,6}(\.0+)?$"
_DAY_ZERO = "1899-12-30"
_WHOLE_AS_DECIMAL = r"^([0-9]+)\.0+$"
_NUMBER = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$"
_CONTROL = r"[\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{7f}-\x{9f}]"
_CONTROL_OR_BREAK = r"[\x{0}-\x{1f}\x{7f}-\x{9f}\x{2028}\x{2029}]"


AS_IT_IS: Final = ColumnMap()


@dataclass(frozen=True)
class Judged:
    """One column: its different values, each judged once, and which of them each row holds.

    - codes: for each row its position in ``values``, -1 where it is empty.
    - texts: an Arrow array of what is written.
    - reasons: why a text cannot be accepted, None where it can.
    - values: an array of the column's dtype, missing where a text cannot be accepted.
    - mapped: our text by theirs, for those that the heading map changes.
    """

    codes: Positions
    texts: Any
    reasons: Objects
    values: Any
    mapped: Mapping[str, str] = field(default_factory=dict)

    def only(self, rows: Positions) -> "Judged":
        """The same column in some rows only."""
        return replace(self, codes=self.codes[rows])

    def column(self) -> Any:
        """The accepted values, row by row, as an array of the column's dtype."""
        return pd.api.extensions.take(self.values, self.codes, allow_fill=True)

    def ranks(self) -> Positions:
        """Where each row's value stands in ascending order, empty last."""
        order = pd.factorize(self.values, sort=True)[0]
        last = len(order)
        return np.append(np.where(order < 0, last, order), last)[self.codes]

    @property
    def faulty(self) -> Mask:
        """The rows whose text cannot be accepted."""
        return np.append(self.reasons.astype(bool), False)[self.codes]

    def text_at(self, rows: Positions) -> Objects:
        """What is written in some rows; empty text where nothing is."""
        texts = self.texts.take(pa.array(self.codes[rows], mask=self.codes[rows] < 0))
        return np.array(texts.fill_null("").to_pylist(), dtype=object)

    def reason_at(self, rows: Positions) -> Objects:
        """Why the text of some faulty rows cannot be accepted."""
        return self.reasons[self.codes[rows]]


def judge(texts: Any, column: Column, as_at: date, mapping: ColumnMap = AS_IT_IS) -> Judged:
    """The values of a column of ``Rows``, read as ``column`` and the heading map say.

    A word for no value is an empty value where one may be missing, and a fault where none may.
    """
    encoded = different_texts(texts)
    written = _written(encoded.dictionary, column)
    nothing = null_words(written, is_text=_is_code(column))
    if not column.required:
        written = pc.if_else(nothing, None, written)
    ours, mapped = _map_values(written, column, mapping)
    values, reasons = _read(ours, column, mapping)
    reasons[_flags(error_words(written))] = "is the error of a spreadsheet, not a value"
    if column.required:
        reasons[_flags(nothing)] = "is a word for no value; a value is needed"
    _add_limits(reasons, values, column, as_at)
    faulty = reasons.astype(bool)
    if faulty.any():
        values = pd.api.extensions.take(values, np.where(faulty, -1, np.arange(len(faulty))), allow_fill=True)
        if column.kind in (Kind.NUMBER, Kind.WHOLE):
            written = _one_way_of_writing(written, faulty)
    places = np.append(np.where(_flags(pc.is_valid(ours)), np.arange(len(written)), -1), -1)
    return Judged(places[encoded.indices.fill_null(-1).to_numpy()], written, reasons, values, mapped)


def all_empty(column: Column, rows: int) -> Judged:
    """A column that is not in the source."""
    codes = np.full(rows, -1, dtype=np.int64)
    return Judged(codes, text_array([]), np.array([], dtype=object), pd.Series([], dtype=column.kind.dtype).array)


def with_default(judged: Judged, default: object) -> Judged:
    """The same column with a value in every empty row; as it was when there is no default."""
    if default is None:
        return judged
    filled = pd.concat([pd.Series(judged.values), pd.Series([default], dtype=judged.values.dtype)])
    return Judged(
        np.where(judged.codes < 0, len(judged.values), judged.codes),
        pa.concat_arrays([judged.texts, text_array([""])]),
        np.append(judged.reasons, np.array([None], dtype=object)),
        filled.array,
        judged.mapped,
    )


def sort_order(ranks: Sequence[Positions]) -> Positions:
    """The places of rows in ascending order of several ranks, of which the first counts most.

    - ranks: from 0, one array for each column to sort by.
    """
    # Rows are sorted some ten times faster by one number than by one number for each column. So the ranks are packed
    # into one as long as there is room in 64 bits, and a second is begun where there is none.
    packed: list[Positions] = []
    size = 0
    for rank in ranks:
        count = int(rank.max(initial=0)) + 1
        if packed and size * count < _LARGEST_RANK:
            packed[-1], size = packed[-1] * count + rank, size * count
        else:
            packed, size = [*packed, rank], count
    return np.lexsort(packed[::-1])


def is_name(column: Column) -> bool:
    """Whether a text is a name, kept as it is written, not a code or a choice."""
    return column.kind is Kind.TEXT and column.name.endswith("_name")


def is_list(column: Column) -> bool:
    """Whether the column holds one of a few words of ours."""
    return bool(column.choices) or column.kind is Kind.FLAG


def _is_code(column: Column) -> bool:
    return column.kind is Kind.TEXT and not column.choices


def _written(different: Any, column: Column) -> Any:
    """Texts without what cannot be seen and the blanks around them, null where nothing is left.

    A name keeps its blanks.
    """
    seen = without_unseen(different, is_name=is_name(column))
    trimmed = pc.utf8_trim_whitespace(seen)
    kept = pc.replace_substring_regex(seen, r"\r\n?", "\n") if is_name(column) else trimmed
    return pc.if_else(pc.equal(trimmed, ""), None, kept)


def _map_values(written: Any, column: Column, mapping: ColumnMap) -> tuple[Any, dict[str, str]]:
    """Texts in our words, null where the map says that one means nothing, and which of them were changed.

    In a list, case, blanks, underscores and hyphens do not count, and 1.0 is 1.
    """
    if not mapping.values and not is_list(column):
        return written, {}
    texts = written.to_pylist()
    ours, mapped = list(texts), {}
    if column.choices:
        own = {folded(choice): choice for choice in column.choices}
        keys = pc.replace_substring_regex(fold(written), _WHOLE_AS_DECIMAL, r"\1").to_pylist()
        ours = [own.get(key, text) for key, text in zip(keys, texts, strict=True)]
    if mapping.values:
        alike = {folded(theirs): value for theirs, value in mapping.values.items()} if is_list(column) else {}
        for place, text in enumerate(texts):
            if text is None:
                continue
            value = mapping.values.get(text.strip(), alike.get(folded(text)))
            if value is not None:
                ours[place] = mapped[text] = value
    return text_array([text or None for text in ours]), mapped


def _read(written: Any, column: Column, mapping: ColumnMap) -> tuple[Any, Objects]:
    """Values of the column's dtype, and why a text is none."""
    match column.kind:
        case Kind.TEXT:
            return pd.Series(written.to_pandas(), dtype=column.kind.dtype).array, _text_reasons(written, column)
        case Kind.DATE:
            return _read_dates(written, mapping.dates)
        case Kind.FLAG:
            place = pc.index_in(pc.utf8_lower(written), value_set=pa.array(["false", "true"]))
            flags = pd.array(place.to_pandas(), dtype="Int64").astype("boolean")
            return flags, _because(written, flags, "is not one of true, false")
    return _read_numbers(written, column.kind)


def _read_dates(written: Any, stated: str | None) -> tuple[Any, Objects]:
    """Days: ISO dates with or without midnight, and those of the format that the heading map states."""
    # Most columns hold days alone, which need no search for a time of day.
    has_times = (pc.max(pc.binary_length(written)).as_py() or 0) > _LENGTH_OF_A_DAY
    days = pc.replace_substring_regex(written, _MIDNIGHT, "") if has_times else written
    dates = _parse_dates(_where_shaped(days, _DATE), "%Y-%m-%d")
    reason = "is not a date from 1900 to 2199, written YYYY-MM-DD"
    if stated is not None:
        others = _stated_dates(days, stated)
        dates = dates.where(dates.notna(), others.where((others.dt.year >= 1900) & (others.dt.year < 2200)))
        reason += f" or {stated}"
    return dates.array.as_unit("s"), _because(written, dates, reason)


def _stated_dates(days: Any, stated: str) -> "pd.Series[Any]":
    if stated == EXCEL_SERIALS:
        numbers = pd.to_numeric(pd.Series(_where_shaped(days, _DAY_NUMBER).to_pandas(), dtype=object))
        return pd.to_datetime(numbers.astype("float64"), unit="D", origin=_DAY_ZERO, errors="coerce")
    return _parse_dates(days, strptime_format(stated))


def _parse_dates(texts: Any, form: str) -> "pd.Series[Any]":
    return pd.Series(pd.to_datetime(texts.to_numpy(zero_copy_only=False), format=form, errors="coerce"))


def _read_numbers(written: Any, kind: Kind) -> tuple[Any, Objects]:
    shaped = _where_shaped(written, _NUMBER).to_numpy(zero_copy_only=False)
    # Adding 0 makes one zero of 0 and -0.
    numbers = shaped.astype(np.float64) + 0.0
    reasons = _because(written, numbers, "is not a number in plain digits, such as 37 or 37.5")
    reasons[np.abs(numbers) > LARGEST_NUMBER] = f"is beyond {LARGEST_NUMBER:,}, more than any figure here can be"
    if kind is Kind.NUMBER:
        return numbers, reasons
    with np.errstate(invalid="ignore"):
        reasons[(numbers % 1 > 0) & (reasons == None)] = "is not a whole number"  # noqa: E711
    return pd.array(np.where(reasons.astype(bool), np.nan, numbers), dtype="Int64"), reasons


def _where_shaped(written: Any, pattern: str) -> Any:
    return pc.if_else(pc.match_substring_regex(written, pattern), written, None)


def _flags(flags: Any) -> Mask:
    """An Arrow array of flags as a mask, False where it is null."""
    return np.asarray(flags.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _because(written: Any, values: Any, reason: str) -> Objects:
    """``reason`` where a text is written and no value came of it, None elsewhere."""
    reasons = np.full(len(written), None, dtype=object)
    reasons[_flags(pc.is_valid(written)) & pd.isna(values)] = reason
    return reasons


def _text_reasons(written: Any, column: Column) -> Objects:
    reasons = np.full(len(written), None, dtype=object)
    there = pc.is_valid(written)
    if column.choices:
        other = pc.and_not(there, pc.is_in(written, value_set=pa.array(column.choices)))
        reasons[_flags(other)] = f"is not one of {', '.join(column.choices)}"
    elif is_name(column):
        reasons[_matches(written, _CONTROL)] = "holds control characters, which a name may not"
    else:
        reasons[_matches(written, _CONTROL_OR_BREAK)] = (
            "holds control characters, tabs or line ends, which a code may not"
        )
    if not column.choices:
        reasons[_flags(pc.greater(pc.utf8_length(written), LONGEST_TEXT))] = f"is longer than {LONGEST_TEXT} characters"
    return reasons


def _matches(written: Any, controls: str) -> Mask:
    """Which texts hold a control character of a pattern."""
    # Most columns hold printable ASCII alone, which is found out ten times faster than the pattern is searched for.
    if pc.all(pc.ascii_is_printable(written)).as_py() is not False:
        return np.zeros(len(written), dtype=bool)
    return _flags(pc.match_substring_regex(written, controls))


def _add_limits(reasons: Objects, values: Any, column: Column, as_at: date) -> None:
    """Fill in ``reasons`` where a value is outside what the column may hold."""
    found = pd.Series(values)
    if column.minimum is not None:
        reasons[(found < column.minimum).fillna(False).to_numpy(dtype=bool)] = f"is below {column.minimum:g}"
    if column.maximum is not None:
        reasons[(found > column.maximum).fillna(False).to_numpy(dtype=bool)] = f"is above {column.maximum:g}"
    if column.past_only:
        reasons[(found > pd.Timestamp(as_at)).to_numpy()] = f"is after {as_at}, the date of the snapshot"


def _one_way_of_writing(written: Any, faulty: Mask) -> Any:
    """Rejected numbers without idle digits: 61.0 from a CSV file and 61 from a workbook are reported alike."""
    again = faulty & _flags(pc.match_substring_regex(written, _NUMBER))
    texts = np.array(written.to_pylist(), dtype=object)
    texts[again] = [_without_idle_digits(text) for text in texts[again]]
    return text_array(texts.tolist())


def _without_idle_digits(text: str) -> str:
    plain = format(Decimal(text), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain

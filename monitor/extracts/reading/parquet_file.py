"""Reading Parquet: typed columns, given on as text."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.reading.rows import Rows, Sheet, different_texts, lines_in_order, plain_number, text_array
from monitor.extracts.reading.size_limits import USUAL_BOUNDS, Bounds
from monitor.extracts.refusal import ExtractRefused
from monitor.parquet import open_parquet, read_batches
from monitor.safe_text import shorten
from tiering.caseload import Column

_ROWS_AT_ONCE = 1 << 16
_TEXTS = pa.dictionary(pa.int32(), pa.string())
# What the library raises of a file: its own exceptions, and Python's for names, offsets and sizes that make no sense.
_FAULTS = (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError, MemoryError)


def parquet_sheet(name: str, content: bytes, bounds: Bounds = USUAL_BOUNDS) -> Sheet:
    """The Parquet file ``name``; raises ExtractRefused when it is none, is damaged, or is too large."""
    bounds.check_bytes(name, len(content))
    try:
        metadata = open_parquet(pa.BufferReader(content)).metadata
        bounds.check_rows(name, metadata.num_rows)
        bounds.check_columns(name, metadata.num_columns)
        schema = open_parquet(pa.BufferReader(content), metadata=metadata).schema_arrow
        headings = list(schema.names)
        # As the file has them: each different text once, however many rows hold it.
        texts = [field.name for field in schema if _is_text(field.type)]
        file = open_parquet(pa.BufferReader(content), metadata=metadata, read_dictionary=texts)
    except UnicodeDecodeError:
        raise ExtractRefused([f"{name}: a heading is not UTF-8; export it again"]) from None
    except _FAULTS as error:
        raise ExtractRefused([_unreadable(name, error)]) from None
    sha256 = hashlib.sha256(content).hexdigest()
    return Sheet(name, name, headings, lambda wanted: _read(name, file, schema, wanted, sha256, bounds))


def _read(name: str, file: Any, schema: Any, wanted: Mapping[int, Column], sha256: str, bounds: Bounds) -> Rows:
    bounds.check_values(name, file.metadata.num_rows * len(wanted))
    parts: dict[str, list[Any]] = {column.name: [] for column in wanted.values()}
    row, size = 1, 0
    for batch in _batches(name, file, [schema.field(place).name for place in wanted]):
        for place, column in wanted.items():
            field = schema.field(place)
            values = batch.column(batch.schema.get_all_field_indices(field.name)[0])
            shown = f"{name}: column {field.name}"
            size += _text_size(values)
            bounds.check_text(name, size)
            parts[column.name].append(_checked_texts(shown, field.type, values, row))
        row += batch.num_rows
    if row - 1 != file.metadata.num_rows:
        raise ExtractRefused(
            [f"{name}: states {file.metadata.num_rows:,} rows and holds {row - 1:,}; it is damaged: export it again"]
        )
    columns = {
        one: pa.chunked_array(found, _TEXTS).unify_dictionaries().combine_chunks() for one, found in parts.items()
    }
    return Rows(columns, lines_in_order(file.metadata.num_rows), sha256)


def _batches(name: str, file: Any, headings: list[str]) -> Iterator[Any]:
    try:
        yield from read_batches(file, _ROWS_AT_ONCE, headings)
    except _FAULTS as error:
        raise ExtractRefused([_unreadable(name, error)]) from None


def _checked_texts(shown: str, kind: Any, values: Any, row: int) -> Any:
    """A part of a column as text, the first of it in that row; raises ExtractRefused where it has no text form."""
    try:
        values.validate(full=True)
        texts = _texts(values)
    except _FAULTS as error:
        if (wrong := _not_utf8(values)) is not None:
            raise ExtractRefused([f"{shown}, row {row + wrong}: is not UTF-8; export it again"]) from None
        raise ExtractRefused([f"{shown}: cannot be read ({_short(error)}); write it as text"]) from None
    if texts is None:
        raise ExtractRefused([f"{shown} is of type {shorten(str(kind))}; write it as text"])
    return texts


_HAVE_TEXT = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_null,
)
"""The types that have a text form; a dictionary has the one of its values."""


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _text_size(values: Any) -> int:
    """Bytes of a part of a column once each row holds its own text."""
    if pa.types.is_dictionary(values.type) and _is_text(values.type.value_type):
        lengths = pc.binary_length(values.dictionary)
        return int(pc.sum(pc.take(lengths, values.indices).cast(pa.int64())).as_py() or 0)
    return int(values.nbytes)


def _not_utf8(values: Any) -> int | None:
    """The first row whose text is not UTF-8; None where there is none."""
    kind = values.type
    if not pa.types.is_dictionary(kind) or not _is_text(kind.value_type):
        return None
    broken = [not _decodes(text) for text in values.dictionary.cast(pa.large_binary()).to_pylist()]
    places = [place for place, index in enumerate(values.indices.to_pylist()) if index is not None and broken[index]]
    return min(places, default=None)


def _decodes(text: bytes | None) -> bool:
    try:
        return text is None or text.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _unreadable(name: str, error: Exception) -> str:
    return f"{name}: not a readable Parquet file ({_short(error)}); export it again"


def _short(error: Exception) -> str:
    return shorten(" ".join(str(error).split()))


def _texts(values: Any) -> Any:
    """A column as a dictionary of text, None when its type has no text form; a missing number (NaN) is an empty value.

    Each different value is written once, however many rows hold it.
    """
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if not any(holds(kind) for holds in _HAVE_TEXT):
        return None
    different = _different(values, kind)
    texts = _written(different.dictionary)
    places = pa.DictionaryArray.from_arrays(different.indices.cast(pa.int32()), texts)
    # Parts of a column are put together by their dictionaries, in which no text may be missing.
    return different_texts(places) if texts.null_count else places


def _different(values: Any, kind: Any) -> Any:
    """The different values of a column as a dictionary."""
    if pa.types.is_dictionary(values.type):
        return values
    if pa.types.is_floating(kind):
        # By their bits: 0 and -0 are equal and written differently.
        bits = values.cast(pa.float64()).view(pa.int64()).dictionary_encode()
        return pa.DictionaryArray.from_arrays(bits.indices, bits.dictionary.view(pa.float64()))
    return (values.cast(pa.string()) if _is_text(kind) or pa.types.is_null(kind) else values).dictionary_encode()


def _written(values: Any) -> Any:
    """Values of a type that has a text form as text."""
    kind = values.type
    if pa.types.is_floating(kind):
        return _float_texts(values.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        digits = pc.replace_substring_regex(values.cast(pa.string()), r"(\.[0-9]*[1-9])0+$", r"\1")
        return pc.replace_substring_regex(digits, r"\.0+$", "")
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(values) if kind.tz else values
        return pc.replace_substring_regex(local.cast(pa.string()), r"( 00:00:00)?(\.0+)?$", "")
    return (values.cast(pa.date32()) if pa.types.is_date64(kind) else values).cast(pa.string())


def _float_texts(values: Any) -> Any:
    """Numbers without exponent; only the few that Arrow writes with one are written anew."""
    texts = pc.if_else(pc.is_nan(values), None, values.cast(pa.string())).to_pylist()
    return text_array([plain_number(float(text)) if text and "e" in text else text for text in texts])

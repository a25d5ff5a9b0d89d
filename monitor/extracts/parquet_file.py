"""Reading Parquet: typed columns, given on as text."""

import hashlib
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.rows import Rows, Sheet, lines_in_order, plain_number, text_array
from monitor.parquet import open_parquet, read_columns
from tiering.caseload import Column


def parquet_sheet(name: str, content: bytes) -> Sheet:
    """The Parquet file ``name``; raises ExtractRefused when it is none, or is damaged."""
    try:
        file = open_parquet(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as error:
        raise ExtractRefused([_unreadable(name, error)]) from None
    sha256 = hashlib.sha256(content).hexdigest()
    return Sheet(name, name, list(file.schema_arrow.names), lambda wanted: _read(name, file, wanted, sha256))


def _read(name: str, file: Any, wanted: Mapping[int, Column], sha256: str) -> Rows:
    headings = file.schema_arrow.names
    try:
        table = read_columns(file, [headings[place] for place in wanted])
    except (pa.ArrowException, OSError) as error:
        raise ExtractRefused([_unreadable(name, error)]) from None
    columns = {}
    for place, column in wanted.items():
        texts = _texts(table.column(headings[place]))
        if texts is None:
            kind = table.schema.field(headings[place]).type
            raise ExtractRefused([f"{name}: column {column.name} is of type {kind}; write it as text"])
        columns[column.name] = texts.combine_chunks()
    return Rows(columns, lines_in_order(file.metadata.num_rows), sha256)


def _unreadable(name: str, error: Exception) -> str:
    return f"{name}: not a readable Parquet file ({' '.join(str(error).split())[:200]}); export it again"


def _texts(values: Any) -> Any:
    """A column as text, None when its type has no text form; a missing number (NaN) is an empty value."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _texts(values.cast(kind.value_type))
    if pa.types.is_floating(kind):
        return _float_texts(values.cast(pa.float64()))
    if pa.types.is_decimal(kind):
        digits = pc.replace_substring_regex(values.cast(pa.string()), r"(\.[0-9]*[1-9])0+$", r"\1")
        return pc.replace_substring_regex(digits, r"\.0+$", "")
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(values) if kind.tz else values
        return pc.replace_substring_regex(local.cast(pa.string()), r"( 00:00:00)?(\.0+)?$", "")
    if pa.types.is_date64(kind):
        return values.cast(pa.date32()).cast(pa.string())
    plain = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_boolean,
        pa.types.is_integer,
        pa.types.is_date,
        pa.types.is_null,
    )
    return values.cast(pa.string()) if any(holds(kind) for holds in plain) else None


def _float_texts(values: Any) -> Any:
    """Numbers without exponent; only the few that Arrow writes with one are written anew, each once."""
    texts = pc.if_else(pc.is_nan(values), None, values.cast(pa.string())).combine_chunks().dictionary_encode()
    written = [plain_number(float(one)) if "e" in one else one for one in texts.dictionary.to_pylist()]
    return pa.chunked_array([text_array(written).take(texts.indices)], pa.string())

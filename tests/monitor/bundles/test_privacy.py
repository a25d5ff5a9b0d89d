"""The last look at a bundle finds a person wherever they are left."""

import pandas as pd
import pytest

from monitor.bundles.privacy import find_people
from monitor.bundles.pseudonyms import Pseudonyms
from monitor.snapshots.archive import frame_bytes
from tests.tiering.rows import case, caseload, post

KNOWN = caseload(case("X123456"), case("12/34567"), offender_managers=[post("N07PO331", om_name="Jo Featherstone")])


def a_table(*values: str) -> bytes:
    return frame_bytes(pd.DataFrame({"code": ["T1"] * len(values), "name": list(values)}))


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.parquet", a_table("Penge", "Jo Featherstone"), "a full name in a.parquet, column name"),
        ("a.parquet", a_table("Featherstone, Jo"), "a full name in a.parquet, column name"),
        ("a.csv", b"code,name\nT1,Office of JO FEATHERSTONE\n", "a full name in a.csv, column name"),
        ("a.csv", b"code,crn\nT1,X123456\n", "a CRN of the snapshot in a.csv, column crn"),
        ("a.csv", b"code,crn\nT1,12/34567\n", "a CRN of the snapshot in a.csv, column crn"),
        ("a.csv", b"code,crn\nT1,Y123456\n", "a CRN in a.csv, column crn"),
        ("a.json", b'{"owner": "N07PO331"}', "the code of an offender manager in a.json"),
        ("a.txt", b"see A1234BC", "a NOMS number in a.txt"),
    ],
)
def test_what_names_a_person_is_found_and_not_repeated(name: str, content: bytes, place: str) -> None:
    assert find_people({name: content}, KNOWN) == [place]


def test_pseudonyms_figures_and_places_are_no_people() -> None:
    names = Pseudonyms(b"key")
    hidden = f"code,name\n{names.officer('N07PO331')},{names.case('X123456')}\n1234567,Featherstone Road\n"
    assert find_people({"a.csv": hidden.encode(), "b.parquet": a_table("Penge"), "c.csv": b"code\n"}, KNOWN) == []

"""The staff grades of nDelius as the Workload Management Tool reads them."""

from typing import Final

from tiering.terms import UNKNOWN_GRADE, Grade

_DASHED: Final = ("CRC-PQF", "CRC - PQF", "CRC– PQF", "CRC–PQF", "NPS-PQF", "NPS - PQF", "NPS– PQF", "NPS–PQF")  # noqa: RUF001
_CODES: Final = {
    Grade.PO: [
        "M",
        "E",
        "D",
        "O",
        "J",
        "H",
        "N",
        "G",
        "F",
        "CRCM",
        "CRCO",
        "CRCN",
        "NPSM",
        "NPSO",
        "NPSN",
        "PSM",
        "PSO",
        "PSN",
    ],
    Grade.SPO: ["A", "B", "C", "NPSB", "NPSC", "PSA", "PSB", "PSC", "CRCA", "CRCB"],
    Grade.TPO: ["P", "L", "K", "CRCP", "NPSP", "PSP", "CPQF", *_DASHED],
    Grade.PSO: ["Q", "Y", "Z", "CRCQ", "NPSQ", "PSQ", "CRC1", "CRC2", "CRCC", "PS4"],
}
GRADES: Final = {code: grade.value for grade, codes in _CODES.items() for code in codes}


def grade_of(code: str) -> str:
    """The grade that a code stands for, its case as written; UNKNOWN_GRADE for any other and for none."""
    return GRADES.get(code.strip(), UNKNOWN_GRADE)

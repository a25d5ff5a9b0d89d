"""How many hot offices of a reader stay hot under the assumed weights, counted office by office from plain rows."""

from .digest_figures import Truth
from .digest_rows import LINE


def firmness_line(truth: Truth) -> str:
    """The sentence that the digest has to have; empty for one that must have none."""
    if truth.is_withheld or truth.reader.level in ("office", "team") or not truth.firmness:
        return ""
    hot = stay = 0
    for office in truth.places:
        if office.capacity > LINE:
            hot += 1
            stay += sum(row.over >= row.needed for row in truth.firmness if row.office == office.code)
    if not hot:
        return ""
    row = truth.firmness[0]
    times = f"{row.needed} of {row.draws:,} draw{'' if row.draws == 1 else 's'}"
    if hot == 1:
        said = f"The only office over 110% stays over it in {'at least' if stay else 'fewer than'} {times}"
    elif stay == 0:
        said = f"{'Neither' if hot == 2 else 'None'} of the {hot} offices over 110% stays over it in at least {times}"
    elif stay < hot:
        said = f"{stay} of the {hot} offices over 110% stay{'s' if stay == 1 else ''} over it in at least {times}"
    else:
        said = f"{'Both' if hot == 2 else f'All {hot}'} offices over 110% stay over it in at least {times}"
    weights = "1 assumed weight by chance within its range"
    if row.weights != 1:
        weights = f"{row.weights} assumed weights by chance within their ranges"
    return f"{said}, each of which changes the {weights}. “Assumed weight” in the definitions explains this."

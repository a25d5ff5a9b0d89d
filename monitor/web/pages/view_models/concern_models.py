"""What pages show of offender managers who cannot carry their caseload safely, as typed values."""

from dataclasses import dataclass
from typing import ClassVar, Final

from monitor.web.pages.view_models.page import Link, PageModel


@dataclass(frozen=True)
class ShownConcern:
    """One concern with its text.

    says: when it was raised, and for how long it has had no answer.
    note, answer: empty if there is none, or none any more. answered: when and by whom; empty without an answer.
    answer_path: the address of the form that answers it; empty unless the reader may.
    """

    om_code: str
    om_name: str
    says: str
    note: str
    answered: str = ""
    answer: str = ""
    answer_path: str = ""


@dataclass(frozen=True)
class ConcernsShown:
    """What a page shows of concerns: a count, and those that the reader may read.

    line: how many offender managers of the unit raised one; empty if none did, or if the unit is too small to say.
    """

    line: str = ""
    shown: tuple[ShownConcern, ...] = ()


NOTHING_RAISED: Final = ConcernsShown()


@dataclass(frozen=True, kw_only=True)
class RaisePage(PageModel):
    """The form on which an offender manager says that they cannot carry their caseload.

    seen: how many concerns they have raised before. has_reader: whether an SPO of theirs has access to the service.
    note, fault: what was typed, and why it was not stored.
    """

    template: ClassVar[str] = "concern.html"

    back: Link
    seen: int
    has_reader: bool
    note: str = ""
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerPage(PageModel):
    """The form on which an SPO answers a concern. note, fault: as of RaisePage."""

    template: ClassVar[str] = "concern_answer.html"

    concern: ShownConcern
    back: Link
    path: str
    note: str = ""
    fault: str = ""

"""Plain English: the patterns that make a text hard to read stay out of everything a person reads."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.main import get_command

from monitor.cli.main import app

ROOT: Final = Path(__file__).parents[1]

FILES: Final = {
    "pages": ("*.md", "docs/**/*.md", "config/**/*.md"),
    "configuration": ("config/**/*.yaml",),
    "make": ("Makefile",),
    "deployment": ("deploy/*",),
    "templates": ("monitor/web/templates/*.html",),
    "email templates": ("alerts/templates/*.html", "alerts/templates/*.txt"),
}
"""Places that are files, by the patterns of their names."""

MODULES: Final = {
    "program": ("tiering/*.py", "alerts/**/*.py", "monitor/**/*.py"),
}
"""Places that are the texts of modules, without their docstrings."""

CODE: Final = {
    "comments and docstrings": ("tiering/**/*.py", "alerts/**/*.py", "monitor/**/*.py"),
}
"""Places that are the comments and docstrings of modules."""

HELP: Final = {"help": "", "what-if help": "what-if"}
"""Places that are the help of commands, by the group they belong to."""

PATTERNS: Final = {
    r"\b(?:some|every|no)body\b|\bwho(?:so)?ever\b": "a role, anyone, no one, everyone or you",
    r"(?:^|(?<=[.;:] ))[Ww]ho (?:is|has|was|may|signs|asks|reads|looks|wants|can)\b[^?|\n]*\.": "anyone who",
    r"\bbesides?\b": "as well as, next to, with",
    r"\bmend(?:s|ed|ing)?\b|\bput(?:s|ting)? right\b": "fix, correct",
    r"\b(?:is|are|was|were|be|been) told\b|\btell(?:s)? (?:of|apart)\b": "report, show, say, distinguish",
    r"\bwork(?:s|ed|ing)? (?:\w+ )?out\b(?! of)": "calculate",
    r"\bfor ever\b": "until it is stopped",
    r"\b(?:one|a) (?:row|line|file|sheet|folder|object|event|entry) an? \w+": "one ... per ...",
    r"\bmakes? room\b": "free some space",
    r"\bcall(?:s|ed)? (?:it|them|\w+ command) again\b|\bcommand to call\b|\bcalls? the command\b": "run the command",
    r"\bwithout a word\b": "without recording a result, silently",
    r"\b(?-i:[Mm]ail(?:s|ed|ing)?)\b(?! (?:server|program))": "email, message, send",
    r"\bnewest is of\b|\bsnapshots? of \d": "the latest is for, the snapshot for",
    r"\(s\)": "the singular or the plural, as the number asks",
    r"\b1 (?:plans|cases|weeks|digests|messages|faults|rows)\b": "1 plan",
    r"\bnobody's\b|\bwhat became of\b": "the state of, what happened to",
}
"""What is not written, as a pattern, and what is written instead."""

SENTENCES_ONLY: Final = r"(?:^|(?<=[.;:] ))[Ww]ho "
"""The start of a pattern that a docstring may match: there, "Who is signed in" is a noun."""

CODE_PATTERNS: Final = {
    r"\b(?:one|a) \w+ an? (?:unit|team|case|post|person|table|column|rule|level|fault|event|week)\b": "one ... per ...",
    r"\bso many (?:weeks|days|points|cases|moves|times|attempts|bands|rows)\b": "the name of the argument",
    r"\b(?:came|comes?) about\b": "happened, actual",
    r"\bhas had its day\b|\bat (?:it|work) (?:now|any more)\b": "what ends or works, and when",
    r"\bin vain\b": "without success, could not",
}
"""Further patterns that stay out of comments and docstrings."""


def readable(text: str) -> str:
    """A text without what the program or a library says in it: code, template instructions, addresses."""
    text = re.sub(r"^```.*?^```|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", " ", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"``[^`]*``|`[^`\n]*`|\]\([^)]*\)|\w+@[\w.]+|<[^>]*>", " ` ", text)


def text_of(path: Path) -> str:
    """The text of a file; for configuration the comments that are sentences, because its values are policy."""
    text = path.read_text(encoding="utf-8")
    is_configuration = path.suffix in {".yaml", ".example"} or path.parent.name == "deploy"
    return "\n".join(re.findall(r"#+ .*$", text, re.MULTILINE)) if is_configuration else text


def texts_of_module(path: Path) -> Iterator[str]:
    """The texts of a module that a person may read: those with a space in them, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from [node.value] if " " in node.value.strip() else []


def notes_of_module(path: Path) -> Iterator[str]:
    """The comments and docstrings of a module."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        yield from [token.string] if token.type == tokenize.COMMENT else []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(docstring))):
                yield docstring


def help_texts(command: Any, name: str) -> Iterator[tuple[str, str]]:
    """The help of a command, its options and the commands below it."""
    options = " \n".join(getattr(option, "help", None) or "" for option in command.params)
    yield name, f"{command.help or ''}\n{options}"
    for part, below in getattr(command, "commands", {}).items():
        yield from help_texts(below, f"{name} {part}".strip())


def texts(place: str) -> Iterator[tuple[str, str]]:
    """The texts of a place, each with where it stands."""
    for glob in FILES.get(place, ()):
        for path in sorted(ROOT.glob(glob)):
            if "node_modules" not in path.parts and ".venv" not in path.parts:
                yield str(path.relative_to(ROOT)), readable(text_of(path))
    for glob in MODULES.get(place, ()):
        for path in sorted(ROOT.glob(glob)):
            yield from ((str(path.relative_to(ROOT)), readable(text)) for text in texts_of_module(path))
    for glob in CODE.get(place, ()):
        for path in sorted(ROOT.glob(glob)):
            yield from ((str(path.relative_to(ROOT)), readable(text)) for text in notes_of_module(path))
    if place in HELP:
        for name, text in help_texts(get_command(app), ""):
            if (name.split() or [""])[0] == HELP[place] or (not HELP[place] and not name.startswith("what-if")):
                yield f"hotspots {name} --help", readable(text)


def patterns(place: str) -> dict[str, str]:
    """The patterns that stay out of a place, each with what is written instead."""
    if place not in CODE:
        return PATTERNS
    return CODE_PATTERNS | {
        pattern: instead for pattern, instead in PATTERNS.items() if not pattern.startswith(SENTENCES_ONLY)
    }


def offences(place: str) -> list[str]:
    return [
        f"{where}: {match[0]!r}: write {instead}"
        for where, text in texts(place)
        for pattern, instead in patterns(place).items()
        for match in re.finditer(pattern, text, re.MULTILINE | re.IGNORECASE)
    ]


@pytest.mark.parametrize("place", [*FILES, *MODULES, *CODE, *HELP])
def test_a_text_is_plain_english(place: str) -> None:
    assert offences(place) == []


@pytest.mark.parametrize("place", [*FILES, *MODULES, *CODE, *HELP])
def test_every_place_has_texts(place: str) -> None:
    assert any(text.strip() for _, text in texts(place))


@pytest.mark.parametrize(
    "text",
    [
        "Somebody is off sick",
        "Copy it. Who asks for more gets nothing.",
        "the row beside it",
        "Mend the address",
        "operators are told",
        "every figure can be worked out again",
        "one row a unit",
        "make room, and call it again",
        "passed over without a word",
        "Only who has a role gets mail",
        "the newest is of 20 November",
        "2 digest(s) queued",
        "1 plans",
    ],
)
def test_a_pattern_is_found(text: str) -> None:
    assert any(re.search(pattern, readable(text), re.MULTILINE | re.IGNORECASE) for pattern in PATTERNS)


@pytest.mark.parametrize(
    "text",
    ["One row a unit.", "held for so many weeks", "what came about", "whoever holds it", "a lock waited for in vain"],
)
def test_a_pattern_is_found_in_comments_and_docstrings(text: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns("comments and docstrings"))


def test_a_docstring_may_be_a_noun_that_starts_with_who() -> None:
    starting = [pattern for pattern in PATTERNS if pattern.startswith(SENTENCES_ONLY)]
    assert len(starting) == 1
    assert not set(starting) & set(patterns("comments and docstrings"))


def test_comments_and_docstrings_are_read(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""First."""\n\nX = "not this"  # Second.\n"""Third."""\n', encoding="utf-8")
    assert sorted(notes_of_module(module)) == ["# Second.", "First.", "Third."]


def test_what_the_program_says_may_be_quoted() -> None:
    assert readable("run `hotspots mail(s)` and [read](who.md)").split() == ["run", "`", "and", "[read", "`"]

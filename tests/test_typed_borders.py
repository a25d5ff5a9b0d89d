"""What crosses a border between functions of the pages and of redistribution has a type of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("monitor/web", "monitor/redistribution")
CONTEXT = "monitor/web/rendering.py"
"""Where a page's model becomes the names of its template."""
MAPPINGS = {"dict", "Mapping", "MutableMapping", "defaultdict"}


def untyped(tree: ast.AST) -> Iterator[int]:
    """The lines of signatures, fields and names for types that hold a mapping of texts to anything."""
    for node in ast.walk(tree):
        if any(_is_untyped(part) for annotation in _annotations(node) for part in ast.walk(annotation)):
            yield getattr(node, "lineno", 0)


def _annotations(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        return [part for part in (*(argument.annotation for argument in arguments), node.returns) if part is not None]
    if isinstance(node, ast.ClassDef):
        return [line.annotation for line in node.body if isinstance(line, ast.AnnAssign)]
    if isinstance(node, ast.Module):
        return [line.value for line in node.body if isinstance(line, ast.Assign)]
    return []


def _is_untyped(part: ast.AST) -> bool:
    if not (isinstance(part, ast.Subscript) and isinstance(part.value, ast.Name) and part.value.id in MAPPINGS):
        return False
    return ast.unparse(part.slice).strip("()").replace(" ", "") == "str,Any"


def test_no_function_takes_or_returns_a_dictionary_of_anything() -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(files) > 100
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        if str(path.relative_to(ROOT)) != CONTEXT
        for line in untyped(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "def find(rows: list[dict[str, Any]]) -> int: ...",
        "def find(*, row: Mapping[str, Any] | None) -> int: ...",
        "async def find() -> dict[str, Any]: ...",
        "class Page:\n    rows: tuple[dict[str, Any], ...]",
        "Rows = list[dict[str, Any]]",
        "class Page:\n    def rows(self) -> dict[int, dict[str, Any]]: ...",
    ],
)
def test_the_check_is_awake(code: str) -> None:
    assert list(untyped(ast.parse(code)))


def test_other_mappings_are_let_through() -> None:
    code = "def find(row: dict[str, float], more: Mapping[str, object]) -> dict[int, Any]:\n    a: dict[str, Any] = {}"
    assert list(untyped(ast.parse(code))) == []

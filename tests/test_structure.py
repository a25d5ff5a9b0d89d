"""The tests mirror the modules, file for file; a test file that mirrors none is about a topic, which is named here."""

import ast
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = ROOT / "tests"
PACKAGES: Final = ("tiering", "alerts", "monitor")
MOST_MODULES: Final = 16

TOPICS: Final = {
    "alerts/causes/test_against_the_oracle.py": "parts of a change against a second calculation",
    "alerts/detection/organisation/test_against_the_oracle.py": "changes of organisations against a second calculation",
    "alerts/digest/test_every_readers_message.py": "the final bytes for each reader name nothing of another's",
    "monitor/snapshots/contracts/test_frames.py": "the contracts of all frames, which are data and no code",
    "monitor/extracts/reading/test_same_data.py": "the same rows from every kind of file are the same extract",
    "monitor/extracts/reading/test_unreadable.py": "files that cannot be read",
    "monitor/extracts/wmt/test_against_the_tool.py": "a made-up workbook against the arithmetic of the national tool",
    "monitor/extracts/test_one_damaged_column.py": "one damaged column is refused by its name, or no figure moves",
    "monitor/extracts/test_refusals.py": "what refuses a whole extract",
    "monitor/operations/test_made_up_figures.py": "made-up figures and real ones are never mixed",
    "monitor/operations/test_other_weights.py": "weeks that were weighed by other weights, from run to digest",
    "monitor/redistribution/test_against_the_oracle.py": "plans against a second calculation",
    "monitor/test_both_databases.py": "a whole run on SQLite and on PostgreSQL",
    "monitor/test_make_clean.py": "make clean removes no figures of a real service",
    "monitor/test_object_storage.py": "an archive in object storage, from run to page",
    "monitor/test_organisation_changes.py": "a week in which the organisation changed, from run to page",
    "monitor/web/api/test_answers_as_documented.py": "answers to made-up questions are as the document says",
    "monitor/web/test_attacks.py": "what attackers and accidents send",
    "monitor/web/test_every_route_and_role.py": "no role sees the rows of another",
    "monitor/web/test_signed_out.py": "what was typed before a session ended",
    "monitor/web/test_other_weights.py": "pages and API in the week after the weights changed",
    "tiering/oversight/test_against_the_oracle.py": "what is due beyond assessments against a second calculation",
    "tiering/test_against_the_oracle.py": "points and workload against a second calculation",
    "tiering/tiers/test_against_the_oracle.py": "calculated tiers against a second calculation, and published facts",
}
"""Test files of the packages that mirror no module, and what each is about."""


def has_code(path: Path) -> bool:
    """Whether a module has a function or a class, so that there is something to test."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in ast.walk(tree))


@cache
def modules() -> tuple[str, ...]:
    """Every module with code, but for packages, entry points and migrations."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    tested = [path for path in paths if not path.name.startswith("__") and "migrations" not in path.parts]
    return tuple(path.relative_to(ROOT).as_posix() for path in tested if has_code(path))


def mirror_of(module: str) -> str:
    """The test file of a module, below the folder of the tests."""
    folder, _, name = module.rpartition("/")
    return f"{folder}/test_{name}"


@pytest.mark.parametrize("module", modules())
def test_a_module_has_a_test_file_of_its_name(module: str) -> None:
    path = TESTS / mirror_of(module)
    assert path.is_file(), f"{module} has no tests/{mirror_of(module)}"
    assert "\ndef test_" in path.read_text(encoding="utf-8"), f"tests/{mirror_of(module)} has no test"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_test_file_of_another_name_is_about_a_topic(package: str) -> None:
    files = {path.relative_to(TESTS).as_posix() for path in (TESTS / package).rglob("test_*.py")}
    topics = {file for file in TOPICS if file.startswith(f"{package}/")}
    assert files - {mirror_of(module) for module in modules()} == topics


def folders() -> list[str]:
    """Every folder of the packages with modules, and the second calculation of the tests; migrations only grow."""
    roots = [*(ROOT / package for package in PACKAGES), TESTS / "oracle"]
    found = {path.parent.relative_to(ROOT) for root in roots for path in root.rglob("*.py")}
    return sorted(folder.as_posix() for folder in found if "migrations" not in folder.parts)


@pytest.mark.parametrize("folder", folders())
def test_a_folder_is_small_enough_to_read_at_a_glance(folder: str) -> None:
    names = sorted(path.stem for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py")
    assert len(names) <= MOST_MODULES, names


@pytest.mark.parametrize("folder", [folder for folder in folders() if (ROOT / folder / "__init__.py").is_file()])
def test_a_folder_states_its_purpose(folder: str) -> None:
    says = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8")))
    assert (says or "").partition("\n")[0].endswith("."), folder


def test_a_module_without_code_needs_no_test(tmp_path: Path) -> None:
    words, code = tmp_path / "words.py", tmp_path / "code.py"
    words.write_text('"""Words."""\nRED = 110\n', encoding="utf-8")
    code.write_text("if True:\n    async def red() -> int:\n        return 110\n", encoding="utf-8")
    assert (has_code(words), has_code(code)) == (False, True)

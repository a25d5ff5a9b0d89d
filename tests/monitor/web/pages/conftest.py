"""The pages over a configuration that a test changes."""

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.web.app import make_app
from tests.monitor.conftest import Home

from ..conftest import NOW, PEOPLE, sign_in

SHIPPED = Path(__file__).parents[4] / "config"
Served = Callable[..., TestClient]


def read(page: str) -> str:
    """What a reader reads of a page, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the configuration, to change."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


@pytest.fixture
def served(home: Home, config: Path) -> Served:
    """The browser of a person at the pages of a home that has that configuration."""

    def of(name: str = "planner") -> TestClient:
        home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
        return sign_in(make_app(home.with_settings(config=config), home.store, lambda: NOW), name)

    return of


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

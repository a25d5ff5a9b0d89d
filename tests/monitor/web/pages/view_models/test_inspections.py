"""What inspectors found, on the page of the cluster it is about, and on no other."""

import io
import shutil
from pathlib import Path

import openpyxl

from ..conftest import Served, change, read


def test_an_inspected_cluster_shows_what_inspectors_found(served: Served, config: Path) -> None:
    report = config / "inspections" / "london-2009.yaml"
    change(report, "code: C07", "code: C1, named_here: [Cluster 1]")
    browser = served("aco1")
    page = browser.get("/cluster/C1").text
    shown = read(page[page.index('id="inspection"') :])
    assert "Being on time is not the same as being good." in shown
    assert "68 cases read in the week of 6 April 2009" in shown
    assert "17 years before that" in shown
    assert "HM Inspectorate of Probation, October 2009 (per cent of cases that met the standard)" in shown
    assert "none of the above (per cent of cases that met none) 38% of 68 cases" in shown
    assert "The full RoH analysis was completed to a sufficient standard 44% of 48 cases 46% of 216 cases" in shown
    assert "no later than four months from the start of sentence not legible in the source , of 55 cases 72%" in shown
    assert "The MAPPA were used effectively 47% of a number not legible in the source 37% of 67 cases" in shown
    assert "the copy reads 45: with 45% the clusters add up to fewer cases than London has" in shown
    assert page.index('id="timeliness"') < page.index('id="inspection"')
    assert "Merton, Sutton & Wandsworth (no cluster has the code C08 that it is given)" in shown
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/cluster/C1?format=xlsx&table=inspection").content))
    sheet = book.active
    assert sheet is not None
    assert sheet.max_row == 1 + 59


def test_a_cluster_without_findings_is_not_taken_for_a_good_one(served: Served) -> None:
    browser = served("aco2")
    page = read(browser.get("/cluster/C2").text)
    assert "has no findings about this cluster" in page
    assert "That says nothing about practice here, good or bad." in page
    assert browser.get("/cluster/C2?format=csv&table=inspection").status_code == 404
    assert "What inspectors found" not in browser.get("/office/O3").text


def test_a_faulty_report_does_not_take_the_page_away(served: Served, config: Path) -> None:
    change(config / "inspections" / "london-2009.yaml", "percent: 85, of: 268", "percent: 200, of: 268")
    browser = served("aco2")
    answer = browser.get("/cluster/C2")
    assert answer.status_code == 200
    assert "The findings cannot be shown, because one of their files has a fault." in answer.text
    shutil.rmtree(config / "inspections")
    assert "What inspectors found" not in browser.get("/cluster/C2").text

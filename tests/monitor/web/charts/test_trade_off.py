"""What fewer moves would do, drawn and as rows."""

import pandas as pd

from monitor.web.charts.trade_off import TradeOffPoint, count_unproven, draw_trade_off, list_trade_off


def test_the_trade_off_says_how_few_moves_bring_most_of_the_gain() -> None:
    trade_off = pd.DataFrame({"elective_moves": [0, 10, 30, 60, 170], "share_of_gain": [0.0, 0.25, 0.5, 0.79, 1.0]})
    drawing = draw_trade_off(trade_off)
    assert drawing is not None
    assert drawing.says == "60 moves by choice bring 79% of what is to be gained; the full gain takes 170."
    assert [tick.says for tick in drawing.columns] == ["0", "50", "100", "150"]
    heights = [y for _, y in drawing.dots]
    assert heights == sorted(heights, reverse=True)
    assert (drawing.dots[0][1], drawing.dots[-1][0]) == (drawing.rows[0].at, drawing.right)
    assert draw_trade_off(trade_off.head(1)) is None


def test_where_the_full_gain_takes_the_last_step_no_share_is_named() -> None:
    drawing = draw_trade_off(pd.DataFrame({"elective_moves": [0, 4], "share_of_gain": [0.0, 1.0]}))
    assert drawing is not None
    assert drawing.says == "4 moves by choice bring the full gain."


def test_the_rows_say_any_number_where_there_is_no_limit() -> None:
    columns = {"elective_moves": [0, 7], "share_of_gain": [0.0, 1.0], "peak": [140.0, 98.5], "over_110": [3.0, 0.0]}
    earlier = pd.DataFrame(columns).assign(budget=pd.array([0, None], dtype="Int64"))
    table = earlier.assign(over_line=[4, 1], points_over_line=[70.5, 2.0])
    assert list_trade_off(table) == (
        TradeOffPoint(0, 0, 0.0, 140.0, 4, 70.5),
        TradeOffPoint(None, 7, 1.0, 98.5, 1, 2.0),
    )
    assert list_trade_off(earlier)[1] == TradeOffPoint(None, 7, 1.0, 98.5, None, None)


def test_plans_that_were_not_proven_in_time_are_counted() -> None:
    trade_off = pd.DataFrame({"objective": [200.0, 150.0, 100.0], "bound": [200.0, 149.5, 90.0]})
    assert count_unproven(trade_off, 0.005) == 1
    assert count_unproven(trade_off, 0.0) == 2
    assert count_unproven(trade_off, 0.1) == 0

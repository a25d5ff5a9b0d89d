"""The command that reports what has happened since plans were agreed."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session
from monitor.cli.options import AsAt
from tiering.faults import UserFault

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()


@app.command()
def outcomes(
    context: typer.Context,
    plan: Annotated[int | None, typer.Option(metavar="N", help="Number of a plan; default: every agreed plan.")] = None,
    as_at: AsAt = None,
) -> None:
    """Report what has happened since plans were agreed: which moves were made, and capacity against promise.

    Example: hotspots outcomes --plan 12
    """
    from monitor.snapshots.follow_through.agreed import list_agreed
    from monitor.snapshots.follow_through.outcomes import read_outcomes

    store, snapshot = session.snapshot_of(context, as_at, None, None)
    table = read_outcomes(store, snapshot)
    if plan is not None:
        agreed = sorted(one.plan_id for one in list_agreed(store.engine))
        if plan not in agreed:
            raise UserFault([f"--plan: plan {plan} is not agreed; agreed are: {', '.join(map(str, agreed)) or 'none'}"])
        table = table[table["plan_id"].eq(plan)]
    if table.empty:
        typer.echo("no agreed plan has a later week yet")
    for number, of_plan in table.groupby("plan_id"):
        newest = of_plan[of_plan["as_at"].eq(of_plan["as_at"].max())]
        agreed_on, until = newest["agreed_on"].iloc[0], newest["as_at"].iloc[0]
        typer.echo(f"plan {number}, agreed {agreed_on:%Y-%m-%d}, as at {until:%Y-%m-%d}: {_moves_in_words(newest)}")
        for office in newest.to_dict("records"):
            capacities = (office[f"{side}_percentage"] for side in ("start", "promised", "capacity"))
            start, promised, now = ("-" if value != value else f"{value:.1f}%" for value in capacities)
            typer.echo(f"  office {office['code']}: {start} at the start, {promised} promised, {now} now")


def _moves_in_words(offices: "pd.DataFrame") -> str:
    from alerts.follow_through.outcomes import MoveState, moves_in_words

    if offices["moves"].isna().any():
        return "the rows behind its moves were removed"
    return moves_in_words({name: int(offices[name].sum()) for name in ("moves", "due", *MoveState)})

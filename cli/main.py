"""The command line `warden`: its commands put together, and how every error is told."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from warden.errors import WardenError

from . import apply, doctor, explain, plan, policy, review, scan, services, standard, vpcs
from .exits import Code
from .screen import Screen

if TYPE_CHECKING:
    from typer._click import Context


class Commands(TyperGroup):
    """Runs a command; an error that is meant becomes a sentence and what to do, and never a traceback."""

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401  as typer has it
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except WardenError as error:
            from .trouble import explained  # noqa: PLC0415  it knows botocore, which takes 0.2 s to load

            Screen().trouble(*explained(error))
            raise typer.Exit(Code.NOT_LOOKED) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Look at the VPC endpoints of an AWS account, and bring each to what the organisation demands.\n\n"
    "Exit codes: 0 all is as it should be; 1 something is not, or cannot be told; 2 it could not be looked at, "
    "or was asked for wrongly.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001  typer's signature of a callback
    if wanted:
        typer.echo(f"warden {version('endpoint-warden')}")
        raise typer.Exit


@app.callback()
def warden(
    *, _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False
) -> None:
    """Hold what comes before a command."""


app.command()(scan.scan)
app.command()(review.review)
app.command()(vpcs.vpcs)
app.command()(services.services)
app.command()(plan.plan)
app.command()(apply.apply)
app.command()(explain.explain)
app.add_typer(standard.app, name="standard")
app.add_typer(policy.app, name="policy")
app.command()(doctor.doctor)

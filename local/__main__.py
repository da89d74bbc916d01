"""`python -m local up` and `python -m local down`."""

import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer

from local.cloud import PREFIX, LocalCloud
from local.errors import LocalCloudError
from local.waiting import wait_for

STATE: Final = "cloud.json"
"""Where a running cloud notes its keeper's process id and its address, in its folder."""

app = typer.Typer(help="A local AWS cloud on loopback.", no_args_is_help=True, add_completion=False)


def _pairs(parameters: list[str]) -> dict[str, str]:
    """Return `Key=Value` words as a dictionary; raise typer.BadParameter for another form."""
    wrong = [word for word in parameters if "=" not in word]
    if wrong:
        message = f"{wrong[0]!r} is not Key=Value"
        raise typer.BadParameter(message)
    return dict(word.split("=", 1) for word in parameters)


def _print_exports(cloud: LocalCloud) -> None:
    for name, value in cloud.environment().items():
        typer.echo(f"export {name}={value}")


def _follow(cloud: LocalCloud) -> None:
    """Print the functions' lines as they come, until interrupted."""
    seen = 0
    while True:
        for entry in cloud.logs(after=seen):
            typer.echo(f"{entry['function']}: {entry['line']}")
            seen = entry["n"]
        time.sleep(0.2)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@app.command()
def up(
    *,
    template: Annotated[Path | None, typer.Option(help="A template that `sam build` made, to deploy.")] = None,
    parameter: Annotated[list[str] | None, typer.Option(help="A parameter of the template, Key=Value.")] = None,
    stack: Annotated[str, typer.Option(help="Name of the stack.")] = "warden",
    region: Annotated[str, typer.Option(help="The region that it pretends to be.")] = "eu-central-1",
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running; `down` ends it.")] = False,
) -> None:
    """Start the cloud, print what to export, deploy the template if one is given, show the functions' logs."""
    parameters = _pairs(parameter or [])
    signal.signal(signal.SIGTERM, _interrupt)
    cloud = LocalCloud(region)
    try:
        cloud.start(detached=detach)
        (cloud.folder / STATE).write_text(json.dumps({"pid": cloud.pid, "endpoint_url": cloud.endpoint_url}))
        _print_exports(cloud)
        if template is not None:
            for name, value in cloud.deploy(template, parameters, stack).items():
                typer.echo(f"# {name} = {value}")
        if not detach:
            typer.echo("# Ctrl-C ends it. Logs of the functions:")
            _follow(cloud)
    except KeyboardInterrupt:
        cloud.stop()
    except LocalCloudError as error:
        _end(cloud.pid)
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _running() -> Iterator[tuple[Path, int]]:
    """Yield folder and keeper of each cloud of this user that `up` started."""
    for state in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{STATE}"):
        if state.stat().st_uid == os.getuid():
            yield state.parent, json.loads(state.read_text())["pid"]


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return  # it has ended by itself


def _gone(folder: Path) -> bool:
    return not folder.exists()


@app.command()
def down() -> None:
    """Stop every cloud that `up` started, and wait until nothing of it is left."""
    running = list(_running())
    for folder, pid in running:
        _end(pid)
        wait_for(partial(_gone, folder), 10, f"the end of {folder}")
        typer.echo(f"stopped {folder.name}")
    if not running:
        typer.echo("nothing is running")


if __name__ == "__main__":
    app()

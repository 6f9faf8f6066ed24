"""`python -m local up`: the whole system on this machine, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from local.assembly import ASSEMBLY, is_stale, synthesise

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
console = Console()


@app.callback()
def root() -> None:
    """The local cloud."""


@app.command()
def up(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4580,
    assembly: Annotated[
        Path | None, typer.Option(help="A synthesised assembly; ours, kept current, when not given.")
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps the data between runs.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Start afresh in the kept folder.")] = False,
) -> None:
    """Deploy the synthesised template and serve it until Ctrl-C."""
    directory = assembly or _current_assembly()
    # late: moto takes a second to import, and synthesis does not need it
    from local.environment import start_environment
    from localcloud.terminal import refusals_said, serve_until_interrupted

    with (
        refusals_said(console),
        start_environment(directory, port=port, keep=keep, reset=reset) as environment,
    ):
        serve_until_interrupted(environment.cloud, console, api_path="/v1/")


def _current_assembly() -> Path:
    if is_stale():
        with console.status("synthesising the template"):
            synthesise()
    return ASSEMBLY


if __name__ == "__main__":
    app()

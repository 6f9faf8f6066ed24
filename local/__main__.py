"""`python -m local up`: the whole system on this machine, until Ctrl-C."""

import threading
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from local.assembly import is_stale, synthesise

_ROOT = Path(__file__).resolve().parent.parent

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
    from local.whole import whole  # late: moto takes a second to import, and synthesis does not need it

    with whole(directory, port=port, keep=keep, reset=reset) as system:
        _announce(system.cloud)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            console.print("stopping")


def _current_assembly() -> Path:
    directory = _ROOT / "cdk.out"
    if is_stale(directory, _ROOT):
        with console.status("synthesising the template"):
            synthesise(directory, _ROOT)
    return directory


def _announce(cloud: Any) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("API", f"{cloud.url}/v1/")
    for path, (arabic, english) in sorted(cloud.pages.items()):
        table.add_row(english, f"{cloud.url}{path}", arabic)
    console.print(f"\nready in {cloud.ready_seconds:.1f} s · {cloud.url}/")
    console.print(table)
    for name in cloud.resumed_executions:
        console.print(f"[yellow]execution {name} was in flight when the last run ended: started again[/]")
    console.print("Ctrl-C ends it")


if __name__ == "__main__":
    app()

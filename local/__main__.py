"""`python -m local up`: the whole system on this machine, until Ctrl-C."""

import importlib
import importlib.util
import threading
from collections.abc import Callable
from contextlib import ExitStack
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
    assembly: Annotated[Path | None, typer.Option(help="A synthesised assembly; ours, kept current, when not given.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps the data between runs.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Start afresh in the kept folder.")] = False,
) -> None:
    """Deploy the synthesised template and serve it until Ctrl-C."""
    directory = assembly or _current_assembly()
    from local.cloud import Cloud  # late: moto takes a second to import, and synthesis does not need it

    fresh = reset or keep is None or not (keep / "state.pickle").exists()
    with ExitStack() as stack:
        cloud = stack.enter_context(Cloud.start(directory, port=port, keep=keep, reset=reset, logs=_ROOT / ".local/logs"))
        _optional("local.simulators", "start", lambda start: _entered(stack, start(cloud)))
        if fresh:
            _optional("local.seed", "seed", lambda seed: seed(cloud))
        _announce(cloud)
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


def _optional(module: str, name: str, use: Callable[[Callable[..., Any]], Any]) -> None:
    """Use a part of the local cloud that is kept apart from it, if it is there."""
    if importlib.util.find_spec(module) is not None:
        use(getattr(importlib.import_module(module), name))


def _entered(stack: ExitStack, started: Any) -> None:
    """Close what was started together with the cloud: a context manager, or something with a `close`."""
    if hasattr(started, "__exit__"):
        stack.enter_context(started)
    elif hasattr(started, "close"):
        stack.callback(started.close)


def _announce(cloud: Any) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("API", f"{cloud.url}/v1/")
    for path, (arabic, english) in sorted(cloud.pages.items()):
        table.add_row(english, f"{cloud.url}{path}", arabic)
    console.print(f"\nready in {cloud.ready_seconds:.1f} s · {cloud.url}/")
    console.print(table)
    for name in cloud.lost_executions:
        console.print(f"[yellow]execution {name} was in flight when the last run ended; it does not resume[/]")
    console.print("Ctrl-C ends it")


if __name__ == "__main__":
    app()

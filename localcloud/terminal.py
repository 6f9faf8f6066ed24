"""Serving a cloud from a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

from localcloud.cloud import Cloud
from localcloud.state import PersistedStateRefused
from localcloud.stop_signals import StopSignals
from localcloud.template import TemplateRefused


@contextmanager
def refusals_said(console: Console) -> Iterator[None]:
    """Say why a cloud does not start, rather than where in the code, and end with status 1."""
    try:
        yield
    except (PersistedStateRefused, TemplateRefused) as refused:
        console.print(f"[red]{type(refused).__name__}:[/] {refused}", soft_wrap=True, highlight=False)
        sys.exit(1)


def serve_until_interrupted(cloud: Cloud, console: Console, *, api_path: str = "/") -> None:
    """Say where everything is, and wait for Ctrl-C or SIGTERM; the caller stops the cloud."""
    with StopSignals() as signals:
        _announce(cloud, console, api_path)
        signals.wait()
    console.print("stopping")  # a second Ctrl-C ends it at once


def _announce(cloud: Cloud, console: Console, api_path: str) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("API", f"{cloud.url}{api_path}")
    for path, title in sorted(cloud.pages.items()):
        *others, label = title.values()
        table.add_row(label, f"{cloud.url}{path}", *others)
    console.print(f"\nready in {cloud.ready_seconds:.1f} s · {cloud.url}/")
    console.print(table)
    for name in cloud.resumed_executions:
        console.print(f"[yellow]execution {name} was in flight when the last run ended: started again[/]")
    console.print("Ctrl-C ends it")

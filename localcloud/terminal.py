"""Serving a cloud from a terminal."""

import threading

from rich.console import Console
from rich.table import Table

from localcloud.cloud import Cloud


def serve_until_interrupted(cloud: Cloud, console: Console, *, api_path: str = "/") -> None:
    """Say where everything is, and wait for Ctrl-C; the caller stops the cloud."""
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
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("stopping")

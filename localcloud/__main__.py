"""`python -m localcloud up cdk.out`: a synthesised assembly on this machine, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from localcloud.assembly import DEFAULT_REGION

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
console = Console()


@app.command()
def up(
    assembly: Annotated[Path, typer.Argument(help="The folder the CDK app wrote.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 4580,
    region: Annotated[str, typer.Option(help="Where the assembly leaves the region open.")] = DEFAULT_REGION,
    keep: Annotated[Path | None, typer.Option(help="Folder that keeps the data between runs.")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Start afresh in the kept folder.")] = False,
) -> None:
    """Deploy an assembly and serve it until Ctrl-C."""
    from localcloud.cloud import Cloud  # late: moto takes a second to import, and help does not need it
    from localcloud.terminal import refusals_said, serve_until_interrupted

    with (
        refusals_said(console),
        Cloud.start(assembly, port=port, region=region, keep=keep, reset=reset) as cloud,
    ):
        serve_until_interrupted(cloud, console)


@app.command()
def support(
    name: Annotated[
        str, typer.Argument(help="Part of a type's name, such as S3; every type when left out.")
    ] = "",
) -> None:
    """Print the support matrix: what becomes of each property of each resource type."""
    import localcloud.resources  # noqa: F401  (fills the support matrix)
    from localcloud.support import RESOURCE_TYPES

    table = Table("resource type", "property", "supported", "why it is not modelled")
    for type_name, resource in sorted(RESOURCE_TYPES.items()):
        if name.lower() not in type_name.lower():
            continue
        for path in sorted(resource.supported):
            table.add_row(type_name, path, "yes", "")
        for path, reason in sorted(resource.not_modelled.items()):
            table.add_row(type_name, path, "no", reason)
    console.print(table)


if __name__ == "__main__":
    app()

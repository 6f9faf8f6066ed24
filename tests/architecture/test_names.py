"""One thing, one name: whoever reads a class's name knows which class it is."""

import ast
from collections import defaultdict

from tests.architecture.sources import sources, tree

#: Every function has its own.
SHARED = {"Settings"}


def places() -> dict[str, list[str]]:
    """Where each public class of the product is defined."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sources("ishtirak", "functions"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path.as_posix())
    return found


def test_there_are_classes_to_look_at() -> None:
    assert len(places()) > 200


def test_a_public_class_name_stands_once() -> None:
    twice = {name: paths for name, paths in places().items() if len(paths) > 1 and name not in SHARED}

    assert twice == {}


def test_only_what_has_to_be_shared_is() -> None:
    found = places()

    assert all(len(found[name]) > 1 for name in SHARED)

"""The figures of the README are those of the code."""

from pathlib import Path

import localcloud.resources  # noqa: F401  (fills the support matrix)
from localcloud.support import RESOURCE_TYPES

README = Path(__file__).resolve().parents[2] / "localcloud" / "README.md"


def test_the_readme_counts_what_is_supported() -> None:
    own = [one for one in RESOURCE_TYPES.values() if one.create.__module__.startswith("localcloud.")]
    created = [one for one in own if "*" not in one.not_modelled]
    paths = sum(len(one.supported) for one in created)
    reasons = sum(len(one.not_modelled) for one in created)

    text = " ".join(README.read_text(encoding="utf-8").split())

    assert f"{len(own)} resource types. {len(created)} are created" in text
    assert f"({paths} paths)" in text
    assert f"the {reasons} they do not model; {len(own) - len(created)} (" in text

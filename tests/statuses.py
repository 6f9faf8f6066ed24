"""While tests run, an operation answers no status its document does not have."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _documented_statuses_only() -> Iterator[None]:
    """Every answer of every operation, in any test of this process, is one the operation is documented with."""
    from ishtirak.edge.http.api import Api

    with pytest.MonkeyPatch.context() as patched:
        answer = Api._answer

        def documented(api: Api, operation: Any, name: str, *rest: Any) -> Any:
            response = answer(api, operation, name, *rest)
            if response.status_code not in operation.refusal_statuses | {operation.status}:
                pytest.fail(f"{name} answered {response.status_code}, which its document does not have")
            return response

        patched.setattr(Api, "_answer", documented)
        yield

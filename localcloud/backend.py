"""moto in this process: started, corrected, and given the deployed system; undone when it is closed."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from moto import mock_aws
from moto.moto_api._internal import mock_random

from localcloud import shims
from localcloud.functions import Functions
from localcloud.patches import Patches
from localcloud.shims import event_rules, lambda_invoke
from localcloud.surroundings import isolated

KEY_ID = "AKIALOCALCLOUD000000"
SECRET_KEY = "local-cloud-secret"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
"""What the functions and clients of a local cloud sign with; they open nothing else."""
_SEED = 20_448


class Backend:
    """moto for the life of one cloud: other users of moto in this process see it as it is."""

    def __init__(self, *, region: str, after_write: Callable[[], None]) -> None:
        """Start it; `after_write` is called after every write to a DynamoDB table."""
        self.patches = Patches()
        self._undo = ExitStack()
        self._undo.callback(self.patches.undo)
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        try:
            self._undo.enter_context(isolated({**CREDENTIALS, "AWS_DEFAULT_REGION": region}))
            config: Any = {
                "stepfunctions": {"execute_state_machine": True},
                "core": {"mock_credentials": False},
            }
            mock = mock_aws(config=config)
            mock.start()
            self._undo.callback(mock.stop)
            shims.install(self.patches, after_write=after_write)
        except BaseException:
            self._undo.close()
            raise

    def use(self, functions: Functions, *, deliver: event_rules.Deliver) -> None:
        """Let invocations run these functions, and matching rules `deliver` to their targets."""
        lambda_invoke.install(self.patches, functions)
        event_rules.install(self.patches, deliver)

    def close(self) -> None:
        self._undo.close()


def with_repeatable_names[Result](create: Callable[[], Result]) -> Result:
    """Run `create`; the names moto draws meanwhile are the same in every run."""
    mock_random.seed(_SEED)
    try:
        return create()
    finally:
        mock_random.seed()

"""What drive_workflow listens to: the events that start a run of the workflow or answer one."""

from typing import Final

SOURCE: Final = "ishtirak.requests"
EVENT_TYPES: Final = (
    "EmployerReplied",
    "RequestResubmitted",
    "RequestResumed",
    "RequestSubmitted",
    "RequestWithdrawn",
    "ReviewDecided",
)

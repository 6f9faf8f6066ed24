"""Why nobody becomes an official, or ceases to be one."""

from ishtirak.kernel.errors import Denied, Refused


class OwnAppointment(Denied):
    """Nobody invites, confirms or disables themselves."""

    code = "own_appointment"


class SecondPersonNeeded(Denied):
    """Who invited somebody does not confirm it: that takes another administrator."""

    code = "second_administrator_needed"


class AlreadyOfficial(Refused):
    """The person is an official, or is invited to be one."""

    code = "already_official"


class InvitationNotOpen(Refused):
    """The invitation is not at this step, or was left too long."""

    code = "invitation_not_open"


class AlreadyDisabled(Refused):
    """The official was disabled before."""

    code = "already_disabled"

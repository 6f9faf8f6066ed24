"""The base of every body and every answer of the API."""

from ishtirak.kernel.value import Value


class Model(Value):
    """Part of a body or an answer: an unknown field is refused, and what was typed is never repeated in an error."""

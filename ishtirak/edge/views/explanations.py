"""Why a figure is what it is: the rules of the statutes behind it, told in the reader's language."""

from pydantic import Field

from ishtirak.edge.texts import text
from ishtirak.kernel.value import Value
from ishtirak.statute.model import AppliedRule, Decision


class Explanation(Value):
    """A rule that shaped the figures, or a question an officer must settle."""

    rule: str
    code: str
    source: str = Field(description="Article and paragraph")
    assumed: bool = Field(description="True where the value rests on an assumption, not on a published text")
    needs_decision: bool
    text: str


def explanation_of(
    of: AppliedRule | Decision, language: str, *, assumed: bool = False, needs_decision: bool = False
) -> Explanation:
    return Explanation(
        rule=of.rule,
        code=of.code,
        source=of.source,
        assumed=assumed,
        needs_decision=needs_decision,
        text=text(language, "rules", of.code, None, of.facts),
    )

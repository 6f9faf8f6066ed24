"""Why a figure is what it is: the rules of the statutes behind it, told in the reader's language."""

from pydantic import Field

from ishtirak.edge.texts import cited, text
from ishtirak.kernel.value import Value
from ishtirak.statute.model import AppliedRule, Decision


class Explanation(Value):
    """A rule that shaped the figures, or a question an officer must settle."""

    rule: str
    code: str
    source: str = Field(description="Article and paragraph, in the reader's language")
    assumed: bool = Field(description="True where the value rests on an assumption, not on a published text")
    needs_decision: bool
    title: str
    text: str = Field(description="What the rule did, with every figure and date it looked at")


def explanation_of(
    of: AppliedRule | Decision, language: str, *, assumed: bool = False, needs_decision: bool = False
) -> Explanation:
    """The rule or the question, in the reader's language."""
    return Explanation(
        rule=of.rule,
        code=of.code,
        source=cited(language, of.source),
        assumed=assumed,
        needs_decision=needs_decision,
        title=text(language, "rules", of.code, "title"),
        text=text(language, "rules", of.code, "detail", of.facts),
    )

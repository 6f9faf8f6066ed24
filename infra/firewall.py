"""The web ACL of the API: known attacks, known bad addresses, and too many requests from one address."""

from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.api import STAGE

#: Requests from one address in five minutes; what asks for no session has its own, smaller count for each.
REQUESTS_PER_ADDRESS = 2_000
SIGN_INS_PER_ADDRESS = 100
WITHOUT_A_SESSION = {
    "TooManySignIns": "sign-in",
    "TooManySignUps": "sign-up",
    "TooManyRecoveries": "password-recovery",
    "TooManyFirstPasswords": "first-password",
}
#: Left to the function, which takes 64 KiB and answers in the person's language; this rule stops at 8 KiB.
COUNTED_ONLY = ("SizeRestrictions_BODY",)


class Firewall(Construct):
    """A web ACL on one stage. Requests are counted and sampled; the service keeps samples for three hours."""

    def __init__(self, scope: Construct, name: str, *, stage_arn: str) -> None:
        super().__init__(scope, name)
        acl = waf.CfnWebACL(
            self,
            "Rules",
            scope="REGIONAL",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility("Firewall"),
            rules=[
                _rate_limit("TooManyRequests", 0, limit=REQUESTS_PER_ADDRESS),
                *(
                    _rate_limit(rule, number, limit=SIGN_INS_PER_ADDRESS, path_prefix=f"/{STAGE}/v1/{path}")
                    for number, (rule, path) in enumerate(WITHOUT_A_SESSION.items(), 1)
                ),
                _managed("AWSManagedRulesAmazonIpReputationList", 11),
                _managed("AWSManagedRulesKnownBadInputsRuleSet", 12),
                _managed("AWSManagedRulesCommonRuleSet", 13, counted_only=COUNTED_ONLY),
            ],
        )
        waf.CfnWebACLAssociation(self, "OnStage", resource_arn=stage_arn, web_acl_arn=acl.attr_arn)


def _visibility(metric: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=True
    )


def _rate_limit(
    name: str, priority: int, *, limit: int, path_prefix: str | None = None
) -> waf.CfnWebACL.RuleProperty:
    scope = (
        waf.CfnWebACL.StatementProperty(
            byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
                field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
                positional_constraint="STARTS_WITH",
                search_string=path_prefix,
                text_transformations=[
                    waf.CfnWebACL.TextTransformationProperty(priority=0, type="NORMALIZE_PATH")
                ],
            )
        )
        if path_prefix
        else None
    )
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", evaluation_window_sec=300, limit=limit, scope_down_statement=scope
            )
        ),
        visibility_config=_visibility(name),
    )


def _managed(name: str, priority: int, *, counted_only: tuple[str, ...] = ()) -> waf.CfnWebACL.RuleProperty:
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                name=name,
                vendor_name="AWS",
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(
                        name=rule, action_to_use=waf.CfnWebACL.RuleActionProperty(count={})
                    )
                    for rule in counted_only
                ]
                or None,
            )
        ),
        visibility_config=_visibility(name),
    )

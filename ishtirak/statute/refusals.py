"""Refusals by the statutory rules. Each names its rule and source; the facts fill its text in `edge/locale`."""

from typing import ClassVar

from ishtirak.kernel.errors import Refused


class RuleRefused(Refused):
    """A refusal by a rule of the statutes, or by the limits of what the tables know."""

    rule: ClassVar[str]
    source: ClassVar[str]
    field: ClassVar[str]
    """Which field of the claim the person has to look at."""


class DateOutsideTables(RuleRefused):
    """Facts: `name`, `day`, `first`, `last`."""

    code, rule, field = "date_outside_tables", "CON-01", "period"
    source = "the reach of the dated tables"


class NotInTables(RuleRefused):
    """Facts: `table`, `day` and what was looked up."""

    code, rule, field = "not_in_tables", "CON-01", "period"
    source = "the reach of the dated tables"


class SystemNotForNationality(RuleRefused):
    """Facts: `system`, `nationality`."""

    code, rule, field = "system_not_for_nationality", "CON-01", "system"
    source = "Scope of the civil and military pension: citizens"


class DatesComeFromTheAuthority(RuleRefused):
    """A non-Saudi's dates differ from the authority's, or the authority has none."""

    code, rule, field = "dates_come_from_the_authority", "REG-09", "period"
    source = "Implementing regulation, art. 6"


class OwnerCannotBeRegistered(RuleRefused):
    """Facts: `establishment`."""

    code, rule, field = "owner_cannot_be_registered", "REG-07", "establishment"
    source = "The authority's announcement of January 2026"


class StartsInTheFuture(RuleRefused):
    """Facts: `starts_on`, `requested_on`."""

    code, rule, field = "starts_in_the_future", "REG-05", "period.starts_on"
    source = "Service rule (assumed)"


class EndsAfterTheRequest(RuleRefused):
    """Facts: `ends_on`, `requested_on`."""

    code, rule, field = "ends_after_the_request", "REG-05", "period.ends_on"
    source = "Service rule (assumed)"


class OutsideTheWindow(RuleRefused):
    """The whole period is too old. Facts: `ends_on`, `window_from`, `months`."""

    code, rule, field = "outside_the_window", "REG-04", "period"
    source = "Implementing regulation, art. 16"


class OverlapsRecordedPeriod(RuleRefused):
    """Facts: `establishment`, `starts_on`, `ends_on` of the recorded one."""

    code, rule, field = "overlaps_recorded_period", "REG-06", "period"
    source = "Implementing regulation, arts. 19 and 34"


class AmendedPeriodUnknown(RuleRefused):
    """The period to amend is not recorded with this employer in this system."""

    code, rule, field = "amended_period_unknown", "REG-06", "amends"
    source = "Implementing regulation, arts. 19 and 34"


class BirthDateOutsideTables(RuleRefused):
    """The age cannot be counted in the calendar the law counts in. Facts: `calendar`."""

    code, rule, field = "birth_date_outside_tables", "REG-08", "person.born"
    source = "The reach of the Umm al-Qura table"


class BelowMinimumAge(RuleRefused):
    """Facts: `least`, `calendar`."""

    code, rule, field = "below_minimum_age", "REG-08", "period.starts_on"
    source = "The authority's announcement of November 2025"


class AboveAnnuitiesAge(RuleRefused):
    """Too old for annuities, the one branch that is left. Facts: `below`, `calendar`."""

    code, rule, field = "above_annuities_age", "REG-08", "period.starts_on"
    source = "Social Insurance Law, art. 14"


class NoBranchCovers(RuleRefused):
    """Nothing of the period can be registered. Facts: `month`, `nationality`, `route`."""

    code, rule, field = "no_branch_covers", "REG-03", "period"
    source = "Implementing regulation, art. 16"


class WageMissing(RuleRefused):
    """Facts: `month`."""

    code, rule, field = "wage_missing", "WAG-01", "wages"
    source = "Implementing regulation, art. 17"


class WageGivenTwice(RuleRefused):
    """Facts: `month`."""

    code, rule, field = "wage_given_twice", "WAG-01", "wages"
    source = "Implementing regulation, art. 17"


class WageOutsidePeriod(RuleRefused):
    """Facts: `month`."""

    code, rule, field = "wage_outside_period", "WAG-01", "wages"
    source = "Implementing regulation, art. 17"


class HousingGivenTwice(RuleRefused):
    """In cash and in kind for the same month. Facts: `month`."""

    code, rule, field = "housing_given_twice", "WAG-01", "wages"
    source = "Implementing regulation, art. 17"


class WageNotPositive(RuleRefused):
    """A month with no basic wage. Facts: `month`."""

    code, rule, field = "wage_not_positive", "WAG-02", "wages"
    source = "Social Insurance Law, art. 8"


class WageCorrectionTooLate(RuleRefused):
    """Facts: `month`, `deadline`."""

    code, rule, field = "wage_correction_too_late", "WAG-04", "wages"
    source = "Implementing regulation, arts. 6 and 21"

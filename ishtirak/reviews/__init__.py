"""The authority's review of a submitted request: claim, decide, second approval."""

"""Step of add_period: computes the dues and posts period, ledger entry and bill in one transaction."""

"""Accounts: the register's people, establishments, periods of service, ledger and bills."""

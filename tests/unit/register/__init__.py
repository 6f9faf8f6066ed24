"""The register: periods, ledger, statements."""

"""The register: people, establishments, their periods of service, and the ledger of each account."""

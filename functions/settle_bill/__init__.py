"""Queue of payment notices: each is applied to its bill in one transaction, once, or kept as unmatched."""

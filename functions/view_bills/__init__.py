"""GET /v1/employer/bills: an employer sees what its establishments were billed, what is due, and what was paid."""

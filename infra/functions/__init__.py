"""One construct for each Lambda function: its settings, its grants, its trigger and its subscriptions."""

"""Queue of request events: starts add_period by name and answers its task tokens."""

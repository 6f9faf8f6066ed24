"""Text messages: what an SMS gateway promises, and how many messages a text costs."""

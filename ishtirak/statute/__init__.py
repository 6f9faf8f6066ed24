"""What is owed for a period of service, by whom and by which rule."""

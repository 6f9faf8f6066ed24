"""GET, POST /v1/employer/…: an employer's officer confirms or objects to a period an employee claims."""

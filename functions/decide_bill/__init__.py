"""GET, POST /v1/bills…: officers waive fines and grant instalments; a supervisor seconds what is large."""

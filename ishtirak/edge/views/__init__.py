"""What the API shows: models of answers, in the reader's language."""

"""Queue of changed periods: brings the employers' lists of contributors up to date."""

"""Queue of events somebody is notified of: gives each person it concerns a notice of their own."""

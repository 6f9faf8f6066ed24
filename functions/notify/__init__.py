"""Queue of events a person is notified of: sends the SMS notice to the phone registered in Absher."""

"""Queue of events a person is told about: sends the SMS notice to the phone registered in Absher."""

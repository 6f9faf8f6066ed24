"""Queue of notices, one person each: sends the SMS to the phone registered in Absher."""

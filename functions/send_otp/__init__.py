"""Queue of CodeRequested events: dispatches the one-time code to the phone registered in Absher."""

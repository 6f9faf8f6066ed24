"""What enrol_establishments takes and gives: nothing. How far it came is kept with what it applied."""

"""Step of add_period: records that a deadline passed, or that a step failed, as a state people see."""

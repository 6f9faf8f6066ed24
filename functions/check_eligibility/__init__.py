"""Step of add_period: decides, from the register as it is now, whether the request may go on and to whom."""

"""Certificates: what the register said on a day, frozen, with a code by which anybody may verify it."""

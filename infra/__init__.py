"""The AWS side of Ishtirak: one construct per concern, two stacks, and the gates they must pass."""

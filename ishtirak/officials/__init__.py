"""The authority's own people: invited by one administrator, confirmed by another, and disabled at once."""

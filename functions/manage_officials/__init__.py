"""/v1/officials…, /v1/me/invitation…: the authority's own people are invited by two administrators, and disabled."""

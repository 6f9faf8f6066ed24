"""/v1/employer/…/delegations, /v1/me/delegations…: who acts for an establishment is offered it, takes it, loses it."""

"""Who acts for an establishment without owning it: offered, accepted, declined, revoked, given up."""

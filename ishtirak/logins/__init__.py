"""Logins (حسابات الدخول): the username and password a person signs in with, opened, changed and recovered."""

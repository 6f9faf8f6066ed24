"""The ports on other agencies' HTTP interfaces."""

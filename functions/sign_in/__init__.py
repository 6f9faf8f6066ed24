"""POST /v1/sign-in….

A password, then the code sent to the registered phone, then tokens; refresh and sign-out.
"""

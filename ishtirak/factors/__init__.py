"""Second factors (وسائل التحقق): an authenticator app and recovery codes, beside the code sent by SMS."""

"""Sessions (جلسات الدخول): who may try to sign in, what a session is renewed with, and when it is over."""

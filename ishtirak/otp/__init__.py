"""One-time codes (رموز التحقق): bound to exact content, single use, few tries, never stored."""

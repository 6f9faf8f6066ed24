"""The system without its edge: what a social-insurance authority decides, and what it keeps."""

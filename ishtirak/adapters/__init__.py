"""The ports, kept on AWS and reached over HTTP."""

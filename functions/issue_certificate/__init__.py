"""POST …/certificates: periods or compliance certified, and verified by anybody who holds the code."""

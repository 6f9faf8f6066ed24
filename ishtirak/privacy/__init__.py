"""The periods of data protection: when a breach is reported, a right answered, a record and a document destroyed."""

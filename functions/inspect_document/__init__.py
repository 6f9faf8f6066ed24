"""Queue of S3 events of the quarantine bucket: inspects what was uploaded and moves what is clean."""

"""Queue of runs that may have died: puts a request nobody carries on where an officer sees it."""

"""What sweep_workflows takes and gives: nothing. What it finds it reports, run by run, to the queue `runs`."""

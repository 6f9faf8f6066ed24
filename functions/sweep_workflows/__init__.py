"""Schedule: reports requests in progress that no run of the workflow carries on."""

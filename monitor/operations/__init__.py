"""Run the service: weekly run, scheduler, status, checks, backup, retention."""

"""Judge a plan against draws of the weeks to come."""

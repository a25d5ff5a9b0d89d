"""The people who do the work: staffing, the load on SPOs, grades, and types of team."""

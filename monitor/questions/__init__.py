"""Questions over the stored weeks: the shipped ones, and the SQL of an analyst."""

"""Recording what was decided about a hotspot: the same for the pages, the command line and the demonstration."""

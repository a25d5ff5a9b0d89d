"""The synthetic London caseload of the demonstration: made-up people, twelve clusters, one extract per week."""

from monitor.sample.days import last_friday
from monitor.sample.storyline import STORYLINE
from monitor.sample.weeks import sample_weeks
from monitor.sample.write import WrittenWeek, write_sample

__all__ = ["STORYLINE", "WrittenWeek", "last_friday", "sample_weeks", "write_sample"]

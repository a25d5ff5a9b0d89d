"""Plans a second time: who may hold which case, what a plan costs, and the cheapest one."""

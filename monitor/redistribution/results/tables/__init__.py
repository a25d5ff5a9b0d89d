"""The tables of a plan: its moves, people, units and what stays, each from the solved problem."""

"""Redistribution: the plan against the second opinion."""

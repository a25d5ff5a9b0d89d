"""The what-if: who could hold which case, how good that plan is, and what it asks of each person."""

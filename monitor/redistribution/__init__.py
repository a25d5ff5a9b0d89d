"""The what-if: who could hold which case, how good that is, and what it would ask of whom."""

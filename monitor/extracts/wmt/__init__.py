"""The weekly workbook of the Workload Management Tool as an extract: its counts become classes of cases."""

"""What is read of other weeks: earlier ones, their organisation, and the weeks ahead."""

"""The start page and the pages of units: their load and why, their weeks and their people."""

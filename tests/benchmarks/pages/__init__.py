"""How fast the pages are on a national caseload."""

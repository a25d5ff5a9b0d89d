"""Tests of the synthetic London caseload."""

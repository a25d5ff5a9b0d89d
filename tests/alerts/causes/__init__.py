"""Tests of alerts/causes."""

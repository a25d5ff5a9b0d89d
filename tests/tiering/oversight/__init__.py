"""Tests of enforcement, contacts and management oversight."""

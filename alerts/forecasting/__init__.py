"""Forecast points and capacity, and the outlook that the digest gives."""

"""The mail as browsers and mail clients see it."""

"""The sentences of a digest: what a story says, worded once for HTML and text."""

"""The figures of one scope as a digest may show them, one subject a module."""

"""Charts of a digest: small PNGs, each with its finding in words."""

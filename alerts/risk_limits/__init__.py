"""The limits of tolerable risk that a service sets for itself."""

"""Object storage, such as S3, as a place for the archive."""

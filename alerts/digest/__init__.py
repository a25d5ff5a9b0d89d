"""Write the digest: its facts, story, ranking, charts and words."""

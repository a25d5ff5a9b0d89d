"""The work done on the cases of the sample: assessments, contacts and oversight."""

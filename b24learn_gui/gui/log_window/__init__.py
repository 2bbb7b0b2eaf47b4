"""The log viewer: runs, and the records of the one that is chosen."""

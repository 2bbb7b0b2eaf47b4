"""The window of conflicts: who is in question, both sides side by side, and what a person decides about it."""

"""The window of a plan: what would happen or what a limit stopped, and its approval."""

"""The status window: is it working, and what did it do to my people."""

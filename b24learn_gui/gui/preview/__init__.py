"""The preview of a plan: tiles, the table behind each, before and after."""

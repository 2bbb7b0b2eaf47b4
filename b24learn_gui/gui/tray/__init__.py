"""The icon beside the clock: its pictures, its menu, its hint and what it tells unasked."""

"""Keeps employees and departments of Bitrix24 in step, one way, in iSpring Learn."""

__version__ = "0.1.0"

"""wattdeck: a central system for electric-vehicle charge points whose first purpose is real-time monitoring."""

__version__ = "0.1.0"

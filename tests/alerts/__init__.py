"""Alerts: rules, lives, the watch."""

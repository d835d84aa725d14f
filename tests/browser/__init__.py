"""The dashboard in a real browser, as a person meets it."""

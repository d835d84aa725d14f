"""REST, the live socket and the dashboard's files: the only room that knows the web framework."""

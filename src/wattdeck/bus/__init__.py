"""Between nodes, and between rooms: topics that reach whoever listens, and the events of the house."""

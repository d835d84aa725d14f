"""What we ask of charge points: one generic way out, with a life cycle."""

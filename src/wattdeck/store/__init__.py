"""The database: plain synchronous functions over an open transaction, one file per noun.

`engine.Store` runs them: `read` in a thread of its own, `write` in the next group commit.
"""

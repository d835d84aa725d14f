"""Certificates of charge points: our own certificate authority, what it signs, and what names a certificate."""

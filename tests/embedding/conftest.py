"""The house that is embedded here."""

from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house"]

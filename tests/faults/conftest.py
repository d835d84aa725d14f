"""The house that is troubled here."""

from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house"]

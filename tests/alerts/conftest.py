"""The house these conversations are held with."""

from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house"]

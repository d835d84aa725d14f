"""The house that foreign clients connect to."""

from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house"]

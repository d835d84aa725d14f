"""The house the messages of these tests go to."""

from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house"]

"""The house these messages come from, and who receives them."""

from tests.alerts.notify.receivers import receiver
from tests.houses import door, house, make_house

__all__ = ["door", "house", "make_house", "receiver"]

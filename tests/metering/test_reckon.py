"""A session's energy from what is stored."""

from wattdeck.metering.reckon import _over_time
from wattdeck.store.chains import EVER


def test_power_of_which_nothing_is_stored_in_a_session_is_no_energy():
    assert list(_over_time([], EVER)) == []
    assert list(_over_time([], 5)) == []

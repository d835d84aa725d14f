"""A new password and a higher security profile, over OCPP (security white paper A01, A05; TC_073, TC_083)."""

import pytest
from websockets.exceptions import InvalidStatus

from tests import tls
from tests.houses import LISTENER, TLS
from tests.stations import until

OLD = "0123456789abcdef0123456789abcdef"
NEW = "fedcba9876543210fedcba9876543210"


@pytest.fixture
async def locked(house):
    await house.post("charge-points", identifier="CP-1", password=OLD)
    return house


async def is_let_in(house, password) -> bool:
    try:
        cp = await house.station(password=password)
    except InvalidStatus:
        return False
    await cp.boot()
    await cp.close()
    return True


async def rotating(house, **body):
    """A booted station to which a new password was sent: it, the CALL's id, what was sent."""
    cp = await house.station(password=OLD)
    await cp.boot()
    answer = await house.post("charge-points/CP-1/password", **body)
    assert answer.status_code == 202, answer.text
    message_id, payload = await cp.asked("ChangeConfiguration")
    assert payload["key"] == "AuthorizationKey"
    return cp, message_id, payload["value"], answer.json()


@pytest.mark.covers("TC_073")
async def test_after_a_new_password_was_accepted_the_old_one_is_refused(locked):
    cp, message_id, sent, answer = await rotating(locked)
    assert answer["password"] == sent
    assert len(bytes.fromhex(sent)) == 20
    await cp.answer(message_id, {"status": "Accepted"})
    await locked.settled(int(message_id))
    await cp.close()
    assert not await is_let_in(locked, OLD)
    assert await is_let_in(locked, sent)
    assert await is_let_in(locked, bytes.fromhex(sent))
    assert not (await locked.get("charge-points/CP-1"))["password_changing"]


async def test_while_a_new_password_is_under_way_both_are_let_in(locked):
    _, _, sent, _ = await rotating(locked)
    assert (await locked.get("charge-points/CP-1"))["password_changing"]
    assert await is_let_in(locked, OLD)
    # coming with the new one shows which it has
    assert await is_let_in(locked, sent)
    assert not await is_let_in(locked, OLD)


@pytest.mark.parametrize("status", ["Rejected", "NotSupported"])
async def test_after_a_new_password_was_refused_the_old_one_stays(locked, status):
    cp, message_id, sent, _ = await rotating(locked)
    await cp.answer(message_id, {"status": status})
    await locked.settled(int(message_id))
    assert not await is_let_in(locked, sent)
    assert await is_let_in(locked, OLD)


async def test_a_callerror_is_a_refusal(locked):
    cp, message_id, sent, _ = await rotating(locked)
    await cp.refuse(message_id, "NotImplemented")
    await locked.settled(int(message_id))
    assert not await is_let_in(locked, sent)
    assert await is_let_in(locked, OLD)


async def test_a_password_that_counts_after_a_reboot_is_let_in_beside_the_old_one_until_then(locked):
    cp, message_id, sent, _ = await rotating(locked)
    await cp.answer(message_id, {"status": "RebootRequired"})
    await locked.settled(int(message_id))
    assert await is_let_in(locked, OLD)
    assert await is_let_in(locked, sent)
    assert not await is_let_in(locked, OLD)


async def test_where_the_answer_was_lost_both_are_let_in_until_it_comes_with_the_new_one(locked):
    cp, message_id, sent, _ = await rotating(locked)
    cp.drop()
    assert (await locked.settled(int(message_id)))["state"] == "connection_lost"
    assert await is_let_in(locked, OLD)
    assert await is_let_in(locked, sent)
    assert not await is_let_in(locked, OLD)


async def test_after_a_time_out_both_are_let_in_and_a_late_answer_settles_it(make_house):
    house = await make_house(command_timeout_s=0.2)
    await house.post("charge-points", identifier="CP-1", password=OLD)
    cp, message_id, sent, _ = await rotating(house)
    assert (await house.settled(int(message_id)))["state"] == "timed_out"
    assert await is_let_in(house, OLD)
    again = await house.station(password=OLD)
    await again.boot()
    del cp
    await house.post("charge-points/CP-1/password", password=NEW)
    message_id, _ = await again.asked("ChangeConfiguration")
    assert (await house.settled(int(message_id)))["state"] == "timed_out"
    await again.answer(message_id, {"status": "Accepted"})

    async def late() -> bool:
        return (await house.get(f"commands/{message_id}"))["state"] == "late"

    await until(late)
    assert not await is_let_in(house, OLD)
    assert not await is_let_in(house, sent)
    assert await is_let_in(house, NEW)


async def test_a_first_password_is_demanded_once_it_was_accepted(house):
    cp = await house.station()
    await cp.boot()
    await house.post("charge-points/CP-1/password", password="sixteen-bytes-ok")
    _, payload = await cp.asked("ChangeConfiguration")
    assert bytes.fromhex(payload["value"]) == b"sixteen-bytes-ok"
    again = await house.station()  # not yet
    await again.close()
    again = await house.station(password="sixteen-bytes-ok")
    await again.boot()
    assert not await is_let_in(house, None)


async def test_a_second_change_is_refused_while_one_is_open(locked):
    await rotating(locked)
    answer = await locked.post("charge-points/CP-1/password")
    assert answer.status_code == 409
    assert "under way" in answer.text


async def test_a_charge_point_that_is_away_is_409_and_keeps_its_password(locked):
    answer = await locked.post("charge-points/CP-1/password", password=NEW)
    assert answer.status_code == 409
    assert not await is_let_in(locked, NEW)
    assert await is_let_in(locked, OLD)


async def test_a_password_of_the_wrong_length_is_422(locked):
    for password in ("short", "x" * 21, "ab" * 21, "é" * 11):
        answer = await locked.post("charge-points/CP-1/password", password=password)
        assert answer.status_code == 422
        assert password not in answer.json()["detail"]


async def test_the_password_stands_nowhere_but_in_the_answer(locked):
    cp, message_id, sent, _ = await rotating(locked)
    await cp.answer(message_id, {"status": "Accepted"})
    await locked.settled(int(message_id))

    async def logged():
        frames = await locked.items("charge-points/CP-1/messages")
        return frames if any("ChangeConfiguration" in one["frame"] for one in frames) else None

    frames = await until(logged)
    assert sent not in str(frames)
    assert sent not in str(await locked.items("charge-points/CP-1/commands"))


async def test_the_general_way_out_changes_the_password_just_so(locked):
    cp = await locked.station(password=OLD)
    await cp.boot()
    payload = {"key": "AuthorizationKey", "value": NEW}
    await locked.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Accepted"})
    await locked.settled(int(message_id))
    assert not await is_let_in(locked, OLD)
    assert await is_let_in(locked, NEW)


@pytest.mark.covers("TC_083", "TC_086")
async def test_a_higher_profile_is_demanded_once_the_charge_point_has_come_with_it(make_house, tmp_path):
    house = await make_house(**tls.settings(tmp_path))
    house.tls = tls.client()
    await house.post("charge-points", identifier="CP-1", password=OLD, security_profile=1)
    cp = await house.station(password=OLD)
    await cp.boot()
    payload = {"key": "SecurityProfile", "value": "2"}
    await house.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(int(message_id))
    await cp.close()
    # it may fall back where it could not connect (A05.FR.08)
    assert await is_let_in(house, OLD)
    house.door = TLS
    higher = await house.station(password=OLD)
    await higher.boot()
    assert (await house.get("charge-points/CP-1"))["security_profile"] == 2
    await higher.close()
    house.door = LISTENER
    with pytest.raises(InvalidStatus) as refused:
        await house.station(password=OLD)
    assert refused.value.response.status_code == 403


@pytest.mark.covers("TC_083", "TC_087")
async def test_profile_3_takes_the_place_of_the_password(make_house, tmp_path):
    house = await make_house(**tls.settings(tmp_path))
    house.door, house.tls = TLS, tls.client()
    await house.post("charge-points", identifier="CP-1", password=OLD, security_profile=2)
    cp = await house.station(password=OLD)
    await cp.boot()
    payload = {"key": "SecurityProfile", "value": "3"}
    await house.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(int(message_id))
    await cp.close()
    with_certificate = await house.station(ssl=tls.client("CP-1"))
    assert (await with_certificate.boot())["status"] == "Accepted"
    await with_certificate.close()
    with pytest.raises(InvalidStatus) as refused:
        await house.station(password=OLD)
    assert refused.value.response.status_code == 403


async def test_a_profile_that_was_refused_changes_nothing(locked):
    cp = await locked.station(password=OLD)
    await cp.boot()
    payload = {"key": "SecurityProfile", "value": "2"}
    await locked.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)
    message_id, _ = await cp.asked("ChangeConfiguration")
    await cp.answer(message_id, {"status": "Rejected"})
    await locked.settled(int(message_id))
    assert await is_let_in(locked, OLD)
    assert (await locked.get("charge-points/CP-1"))["security_profile"] == 0

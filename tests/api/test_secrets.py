"""Passwords, keys, tokens and their hashes: in no answer, no log, no frame log, no live stream."""

import json
import logging

from tests.api.people import PASSWORD, client
from tests.houses import API_KEY
from tests.live.clients import browser
from tests.stations import basic, until
from wattdeck.api.auth import hash_token

CHARGE_POINT_PASSWORD = "the password of CP-1"
NEW_KEY = "the next key of CP-1"
ANAS_PASSWORD = "the password of ana"
READ_KEY = "the key CP-1 read out"


async def use_everything(house):
    """Whatever has to do with secrets; the texts that people and programs were given of it."""
    said = []
    async with client(house) as one:
        for password in ("a wrong password", PASSWORD):
            said.append((await one.post("/api/v1/login", json={"username": "admin", "password": password})).text)
        login = dict(one.cookies)["wattdeck_login"]
        for path in ("me", "stats", "settings"):
            said.append((await one.get(f"/api/v1/{path}")).text)
        said += [(await one.get(path)).text for path in ("/metrics", "/openapi.json", "/healthz")]
    made = await make_people(house, said)
    said.append((await house.post("charge-points", identifier="CP-1", password=CHARGE_POINT_PASSWORD)).text)
    cp = await house.station("CP-1", CHARGE_POINT_PASSWORD)
    await cp.boot()
    async with browser(house) as watching:
        await watching.snapshot("charge_point_CP-1_commands")
        await _tell_keys(house, cp)
        await watching.snapshot("charge_point_cp-1_commands")
        said += watching.frames
    for path in ("", "/commands", "/messages?limit=1000", "/findings"):
        said.append((await house.http.get(f"charge-points/CP-1{path}")).text)
    return said, login, made


async def make_people(house, said):
    """A user and a key, whose secrets are shown once and then nowhere; those secrets."""
    said.append((await house.post("users", username="ana", password=ANAS_PASSWORD)).text)
    shown = (await house.post("users/ana/password")).json()["password"]
    made = (await house.post("api-keys", name="billing", role="admin")).json()
    async with client(house, made["key"]) as program:
        for path in ("me", "users", "users/ana", "api-keys"):
            said.append((await program.get(f"/api/v1/{path}")).text)
        said.append((await program.delete(f"/api/v1/api-keys/{made['id']}")).text)

    async def noted():
        return [one for one in await house.items("audit") if one["actor"] == "billing"]

    said.append(str(await until(noted)))
    return shown, made["key"], hash_token(made["key"])


async def _tell_keys(house, cp):
    payload = {"key": "AuthorizationKey", "value": NEW_KEY}
    sent = (await house.post("charge-points/CP-1/commands", action="ChangeConfiguration", payload=payload)).json()
    message_id, received = await cp.asked()
    assert received == payload
    await cp.answer(message_id, {"status": "Accepted"})
    await house.settled(sent["id"])
    sent = (await house.post("charge-points/CP-1/commands", action="GetConfiguration")).json()
    message_id, _ = await cp.asked()
    entry = {"key": "AuthorizationKey", "readonly": False, "value": READ_KEY}
    await cp.answer(message_id, {"configurationKey": [entry, {"key": "Other", "readonly": True, "value": "shown"}]})
    settled = await house.settled(sent["id"])
    assert [one["value"] for one in settled["result"]["configurationKey"]] == ["***", "shown"]

    async def logged():
        frames = [one["frame"] for one in await house.items("charge-points/CP-1/messages", limit=1000)]
        return sum("AuthorizationKey" in frame for frame in frames) == 2

    await until(logged)


async def test_no_secret_is_in_an_answer_a_log_a_frame_log_or_a_live_stream(make_house, caplog):
    caplog.set_level(logging.DEBUG)
    # what the libraries below us write is theirs, and not ours to set
    for name in ("websockets", "httpx2", "httpcore2", "uvicorn", "asyncio", "aiosqlite"):
        caplog.set_level(logging.WARNING, name)
    house = await make_house(admin_password=PASSWORD)
    said, login, made = await use_everything(house)
    rows = house.central_system._store.read
    known = await rows(lambda c: [tuple(row) for row in c.exec_driver_sql("SELECT password_hash FROM charge_points")])
    people = await rows(lambda c: [tuple(row) for row in c.exec_driver_sql("SELECT password_hash FROM users")])
    hashes = [value for (value,) in known + people if value]
    assert len(hashes) == 3
    secrets = {
        *made,
        *(ANAS_PASSWORD, PASSWORD, "a wrong password", login, API_KEY, CHARGE_POINT_PASSWORD, NEW_KEY, READ_KEY),
        *(hash_token(login), hash_token(API_KEY), house.central_system._board.hash_key.hex(), *hashes),
        basic("CP-1", CHARGE_POINT_PASSWORD)["Authorization"].split()[1],
    }
    for secret in secrets:
        assert not [text for text in said if secret in text or json.dumps(secret)[1:-1] in text], secret
        assert secret not in caplog.text

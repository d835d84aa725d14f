"""A charge point whose local list is asked for and sent, and what is known of it."""

import asyncio

PATH = "charge-points/CP-1/local-list"


async def booted(house, identifier="CP-1"):
    cp = await house.station(identifier)
    await cp.boot()
    return cp


def ask(house, wait=20, **body):
    """A PUT under way."""
    return asyncio.create_task(house.http.put(PATH, json=body, params={"wait": wait}))


async def answered(house, cp, word, **body):
    """A list sent and answered with a word: the frame that went out, and what the API said."""
    asking = ask(house, **body)
    frame = await cp.take(lambda one: one[0] == 2)
    await cp.answer(frame[1], {"status": word})
    answer = await asking
    assert answer.status_code == 200, answer.text
    return frame, answer.json()


async def version_is(house, cp, version, answer=None):
    """What is known after the charge point was asked for its list's version."""
    asking = asyncio.create_task(house.http.post(f"{PATH}/refresh", params={"wait": 20}))
    frame = await cp.take(lambda one: one[0] == 2)
    assert frame[2:] == ["GetLocalListVersion", {}]
    await cp.send(answer(frame[1]) if answer else [3, frame[1], {"listVersion": version}])
    assert (await asking).status_code == 200
    return await known(house)


async def known(house):
    """Version, state and entries' tags."""
    now = await house.get(PATH)
    return now["version"], now["state"], {one["id_tag"]: one["status"] for one in now["entries"]}

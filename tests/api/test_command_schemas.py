"""The schemas of commands: what a form or a command line is made from."""

import pytest
import pytest_asyncio

from tests.api.people import is_problem
from wattdeck.ocpp.v16 import COMMANDS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def house(shared):
    return shared


@pytest_asyncio.fixture(loop_scope="module")
async def schemas(house):
    return await house.items("command-schemas")


async def test_every_command_that_may_be_sent_has_its_schema(schemas):
    assert {one["action"] for one in schemas if one["ocpp_version"] == "1.6"} == COMMANDS
    assert all(one["schema"]["type"] == "object" for one in schemas)


async def test_a_schema_says_what_members_there_are_and_which_must_be_there(house):
    [reset] = await house.items("command-schemas", action="Reset", version="1.6")
    assert (reset["action"], reset["ocpp_version"]) == ("Reset", "1.6")
    assert reset["schema"]["properties"]["type"]["enum"] == ["Hard", "Soft"]
    assert reset["schema"]["required"] == ["type"]


@pytest.mark.parametrize("query", [{"action": "BootNotification"}, {"action": "Nonsense"}, {"version": "9.9"}])
async def test_what_nobody_may_send_has_none(house, query):
    is_problem(await house.http.get("command-schemas", params=query), 422)

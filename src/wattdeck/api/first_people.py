"""Who may come in before anybody was let in: the user admin, and the API key that the settings name."""

import secrets

from wattdeck.api.auth import API_KEY_SETTING, hash_token
from wattdeck.api.passwords import Passwords
from wattdeck.domain.clock import now
from wattdeck.settings import Settings
from wattdeck.store import users
from wattdeck.store.engine import Store
from wattdeck.store.users import API_KEY, Token

FIRST_ADMIN = "admin"


async def let_in(store: Store, settings: Settings, passwords: Passwords) -> str | None:
    """Make them as the settings say. Where there is nobody yet and no password is set one is made up, and returned."""
    made_up = await _first_admin(store, settings, passwords)
    key = settings.api_key
    hashed, at = None if key is None else hash_token(key.get_secret_value()), now()
    # a key that is set no longer, or another one now, opens nothing
    await store.write(lambda connection: users.keep_only_token(connection, API_KEY_SETTING, hashed))
    if hashed is not None:
        token = Token(API_KEY_SETTING, "admin", API_KEY)
        await store.write(lambda connection: users.add_token(connection, hashed, token, at, None))
    return made_up


async def _first_admin(store: Store, settings: Settings, passwords: Passwords) -> str | None:
    password = settings.admin_password
    given, made_up = password.get_secret_value() if password is not None else None, None
    if given is None and not await store.read(users.any_exist):
        given = made_up = secrets.token_urlsafe(12)
    if given is not None:
        known, at = await store.read(lambda connection: users.find(connection, FIRST_ADMIN)), now()
        is_same = known is not None and await passwords.verify(known.password_hash, given)
        fresh = None if is_same else await passwords.hash(given)
        await store.write(lambda connection: users.put_admin(connection, FIRST_ADMIN, fresh, at))
    return made_up

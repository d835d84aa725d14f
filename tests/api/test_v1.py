"""How the API's routes are put together."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from wattdeck.api.app import create_app


def whole(route: BaseRoute) -> bool:
    return isinstance(route, Route | WebSocketRoute)


def test_each_route_is_made_once_with_its_whole_path():
    routes = create_app(None, "0").routes  # type: ignore[arg-type]  # putting itself together it uses no room
    assert [route for route in routes if not whole(route)] == []

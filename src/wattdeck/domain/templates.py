"""Templates of messages: `$word` and nothing else, so that nothing can be reached or run by one."""

from collections.abc import Mapping
from string import Template

from wattdeck.domain.records import InvalidJson, from_json, to_json

WORDS = (
    *("subject", "text", "severity", "state", "firing", "resolved", "rule", "site", "charge_point", "connector_id"),
    *("headline", "value", "limit", "unit", "count", "since", "channel", "link", "acknowledge"),
)
_NUMBERS = ("firing", "resolved")
LONGEST = 4_000
_LONGEST_RENDERED = 20_000


def check(name: str, text: str) -> str | None:
    """What makes no sense in a template, in one sentence."""
    template = Template(text)
    if len(text) > LONGEST:
        return f"{name}: {LONGEST} characters at most"
    if not template.is_valid():
        return f"{name}: a $ that no word follows; $$ is a dollar sign"
    unknown = [word for word in template.get_identifiers() if word not in WORDS]
    if unknown:
        return f"{name}: ${unknown[0]} is none of {', '.join(WORDS)}"
    return None


def render(text: str, words: Mapping[str, str]) -> str:
    return Template(text).substitute(words)[:_LONGEST_RENDERED]


def render_json(text: str, words: Mapping[str, str]) -> str:
    """The same where the template is JSON: what is put in can end no string."""
    return Template(text).substitute({name: to_json(word).decode()[1:-1] for name, word in words.items()})


def makes_json(text: str) -> bool:
    """Whether it always is JSON. Only what is always a number may stand outside of strings."""
    words = dict.fromkeys(WORDS, "x") | dict.fromkeys(_NUMBERS, "1")
    try:
        from_json(render_json(text, words))
    except InvalidJson:
        return False
    return True

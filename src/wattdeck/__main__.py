"""`python -m wattdeck`."""

from wattdeck.cli import main

main()

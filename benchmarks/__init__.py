"""Benchmarks: wattdeck beside a plain central system, in one run, on this machine. `python -m benchmarks --help`."""

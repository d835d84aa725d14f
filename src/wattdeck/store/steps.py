"""Samples held until the next one, cut into steps of equal length by the database.

A value holds until the next one of its series, over the borders of steps, but no longer than `gap` milliseconds, and
power not beyond the end of a session: the same that rollups mean by their `weighted` and `covered_ms`
(`metering.rollups`).
"""

import json

from wattdeck.store import stops
from wattdeck.store.samples import AHEAD_MS, AT, AT_IN_HEAD, COUNTING, DAY_MS, FAR_AHEAD, NEAR_MS

# The time that counts in [:since - :gap, :until) where `taken_at` is not before: compared, which takes less than `AT`.
_INSIDE = "{0} >= :since - :gap AND (taken_at < :until OR {0} < :until)"
_SEALED_INSIDE, _HEAD_INSIDE = _INSIDE.format("taken_at + delay_ms"), _INSIDE.format("received_at")


def days_of(since: int, until: int) -> str:
    """The days whose samples can lie in [since, until) ms, for `:days`."""
    # a list of days, not a range: only then the key (day, series, time) is used to its third column
    return json.dumps(list(range(since // DAY_MS, (until + NEAR_MS) // DAY_MS + 1)))


# Sealed samples that count and lie or hold in [:since, :until), but for those of clocks that are far ahead.
SEALED = f"""FROM samples WHERE day IN (SELECT value FROM json_each(:days)) AND series_id IN ({{ours}})
   AND taken_at >= :since - :gap AND taken_at < :until + {NEAR_MS} AND {COUNTING} AND {_SEALED_INSIDE}"""
# The others: by clocks that are far ahead, and in the head. Rows of (series_id, value, context, taken_at, at).
OTHERS = f"""SELECT series_id, value, context, taken_at, {AT} AS at FROM samples INDEXED BY samples_far_ahead
  WHERE series_id IN ({{ours}}) AND taken_at >= :until + {NEAR_MS} AND taken_at < :until + {AHEAD_MS} AND {COUNTING}
   AND {FAR_AHEAD} AND {_SEALED_INSIDE}
  UNION ALL SELECT series_id, value, context, taken_at, {AT_IN_HEAD} FROM samples_head AS head
  WHERE taken_at >= :since - :gap AND taken_at < :until + {AHEAD_MS} AND series_id IN ({{ours}}) AND {COUNTING}
   AND {_HEAD_INSIDE}
   AND NOT EXISTS (SELECT 1 FROM samples WHERE samples.day = head.taken_at / {DAY_MS}
    AND samples.series_id = head.series_id AND samples.taken_at = head.taken_at AND samples.context = head.context)"""
# One row per sample that counts and lies or holds in [:since, :until): (series_id, value, context, taken_at, at).
TAKEN = f"taken AS (SELECT series_id, value, context, taken_at, {AT} AS at {SEALED} UNION ALL {OTHERS})"

# Where a session ends stands nothing, after all else of that moment.
_STOPS = f"""SELECT series_id, NULL, 0, {2**62}, at FROM (
  {stops.STOPS.format(ours="{ours}", first=":since - :gap", last=":until")})"""
# Rows of (series_id, bucket, weighted, ms): what each value was held in each step, W × ms and ms; the last of a series
# no further than `:known`.
LEVELS = f"""WITH RECURSIVE {TAKEN},
held AS (SELECT series_id, value, at, min(lead(at, 1, :known) OVER own, at + :gap, :known) AS till
  FROM (SELECT * FROM taken UNION ALL {_STOPS}) WINDOW own AS (PARTITION BY series_id ORDER BY at, taken_at, context)),
cut AS MATERIALIZED (SELECT series_id, value, max(at, :since) AS since, till,
   (max(at, :since) - :since) / :step * :step + :since AS bucket FROM held
  WHERE till > :since AND till > at AND value IS NOT NULL),
spill (series_id, bucket, value, till) AS (
  SELECT series_id, bucket + :step, value, till FROM cut WHERE till > bucket + :step
  UNION ALL SELECT series_id, bucket + :step, value, till FROM spill WHERE till > bucket + :step),
levels AS (
  SELECT series_id, bucket, value * (min(till, bucket + :step) - since) AS weighted,
   min(till, bucket + :step) - since AS ms FROM cut
  UNION ALL SELECT series_id, bucket, value * (min(till, bucket + :step) - bucket), min(till, bucket + :step) - bucket
  FROM spill)"""

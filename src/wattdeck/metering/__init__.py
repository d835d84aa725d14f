"""The meter-value pipeline: pure rules of energy and plausibility; only `pipeline` touches the store."""

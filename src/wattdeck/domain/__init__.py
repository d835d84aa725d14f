"""What charging is: records and rules. No I/O, no clock, no OCPP version; imports nothing of ours."""

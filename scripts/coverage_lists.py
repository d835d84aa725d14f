"""What `coverage_page.py` looks for beside messages and commands: certification cases, and the promises about sessions.

The cases are those of the Open Charge Alliance's test document for OCPP 1.6 whose system under test is the central
system, with titles in words of ours.
"""

# section: case: title
CASES: dict[str, dict[str, str]] = {
    "Core": {
        "TC_001": "A cold boot",
        "TC_003": "A session, cable first",
        "TC_004_1": "A session, identification first",
        "TC_004_2": "A session, identification first, no cable in time",
        "TC_005_1": "The cable is taken off at the vehicle",
        "TC_007": "A start by a cached id tag",
        "TC_061": "The cache is cleared",
        "TC_023_1": "A tag that is invalid",
        "TC_023_2": "A tag that has expired",
        "TC_023_3": "A tag that is blocked",
        "TC_024": "A start whose connector lock fails",
        "TC_064": "Data transfer to the central system",
        "TC_068": "Another tag does not stop the session, its own does",
        "TC_069": "Another tag of its group stops the session",
    },
    "Core: remote control": {
        "TC_010": "A remote start, cable first",
        "TC_011_1": "A remote start before the cable",
        "TC_011_2": "A remote start, no cable in time",
        "TC_012": "A remote stop",
        "TC_013": "A hard reset",
        "TC_014": "A soft reset",
        "TC_017_1": "Unlocking a free connector",
        "TC_017_2": "Unlocking a free connector whose cable is fixed",
        "TC_018_1": "Unlocking a connector during a session",
        "TC_026": "A remote start is rejected",
        "TC_028": "A remote stop is rejected",
        "TC_030": "Unlocking fails",
        "TC_031": "Unlocking a connector that does not exist",
    },
    "Core: configuration": {
        "TC_019_1": "All configuration keys are read",
        "TC_019_2": "One configuration key is read",
        "TC_021": "A configuration key is changed",
        "TC_040_1": "A configuration key that is not supported",
        "TC_040_2": "A configuration value that is invalid",
    },
    "Core: power and line failures": {
        "TC_032_1": "The power fails during a session; it is stopped at the boot",
        "TC_037_1": "A start while offline, the tag is valid",
        "TC_037_3": "A start while offline, the tag is invalid",
        "TC_039": "A whole session while offline",
    },
    "Local authorization list": {
        "TC_042_1": "The list's version, lists are not supported",
        "TC_042_2": "The list's version, the list is empty",
        "TC_043_1": "Sending the list, lists are not supported",
        "TC_043_3": "Sending the list fails",
        "TC_043_4": "Sending the whole list",
        "TC_043_5": "Sending what has changed in the list",
    },
    "Firmware and diagnostics": {
        "TC_044_1": "A firmware update",
        "TC_044_2": "A firmware update, the download fails",
        "TC_044_3": "A firmware update, the installation fails",
        "TC_045_1": "Diagnostics are uploaded",
    },
    "Reservations": {
        "TC_046": "A reserved connector is used",
        "TC_047": "A reservation expires",
        "TC_048_1": "A reservation, the connector is faulted",
        "TC_048_2": "A reservation, the connector is occupied",
        "TC_048_3": "A reservation, the connector is unavailable",
        "TC_048_4": "A reservation is rejected",
        "TC_049": "A reservation of the whole charge point",
        "TC_051": "A reservation is cancelled",
        "TC_052": "Cancelling a reservation is rejected",
        "TC_053": "A reservation used by another tag of its group",
    },
    "Remote trigger": {
        "TC_054": "A message is triggered",
        "TC_055": "A trigger is rejected",
    },
    "Smart charging": {
        "TC_056": "A default profile for transactions",
        "TC_057": "A profile for the running transaction",
        "TC_059": "A profile inside a remote start",
        "TC_066": "The composite schedule is read",
        "TC_067": "Profiles are cleared",
    },
    "Security": {
        "TC_073": "The password of a charge point is changed",
        "TC_074": "A charge point's certificate is renewed at our request",
        "TC_075_1": "A root certificate of the manufacturer is installed",
        "TC_075_2": "A root certificate of the central system is installed",
        "TC_076": "A certificate is deleted",
        "TC_077": "Security event: our certificate for the charge point is invalid",
        "TC_078": "Security event: the central system's certificate is invalid",
        "TC_079": "The security log is uploaded",
        "TC_080": "A signed firmware update",
        "TC_081": "A signed firmware update, the signature is invalid",
        "TC_083": "The security profile is raised",
        "TC_085": "Basic authentication",
        "TC_086": "TLS, the certificate of the server",
        "TC_087": "TLS, the certificate of the client",
        "TC_088": "The sub-protocol of the handshake",
    },
}

# case: why no test proves it
WITHOUT_TEST: dict[str, str] = {}

PROMISES: dict[str, str] = {
    "promise 1": "A second socket opens, the first dies late: online stays true, each command is delivered once",
    "promise 2": "After `kill -9` all that was acknowledged is there, nothing twice",
    "promise 3": "The same start again, before and after its stop, is the same transaction",
    "promise 4": "After a lost stop, the next start closes and flags the old session; energies do not mix",
    "promise 5": "A stop or meter values again: one stop, one set of rows",
    "promise 6": "A session replayed later has its own duration, and its energy in its own hours",
    "promise 7": "A refused start gets a real transaction; energy that flows is recorded and marked unauthorised",
    "promise 8": "A stop of an unknown transaction becomes a recovered session and closes no other",
    "promise 9": "Samples out of order are sorted, none is flagged",
    "promise 10": "A register that is reset, phases, inlet and outlet, one absurd spike: each for what it is",
    "promise 11": "Large registers, signed values byte for byte, a missing unit is the measurand's own",
    "promise 12": "250 values in a second, 600 frames after a reconnect: all are kept",
    "promise 13": "An older status goes to history; a new error code under the same word is news",
    "promise 14": "After a kill, who is gone is shown offline; a flood of connections locks nobody out",
    "promise 15": "Away: refused at once. Silent: timed out, the late answer kept. Three at once: one at a time",
    "promise 16": "A listener or webhook that is slow, fails or hangs delays no answer",
}

# of which promise which part is not built yet
NOT_YET: dict[str, tuple[str, ...]] = {}

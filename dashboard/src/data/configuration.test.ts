import { changedWords, keysIn } from "./configuration";
import type { Command } from "./shapes";

test("keys stand by name; those without a value, and what is none, do no harm", () => {
  const result = {
    configurationKey: [
      { key: "MeterValueSampleInterval", readonly: false, value: "60" },
      { key: "AuthorizationKey", readonly: false },
      { readonly: true },
      null,
    ],
  };
  expect(keysIn(result)).toEqual([
    { key: "AuthorizationKey", readonly: false, value: null },
    { key: "MeterValueSampleInterval", readonly: false, value: "60" },
  ]);
  expect(keysIn(null)).toEqual([]);
  expect(keysIn({ configurationKey: "none" })).toEqual([]);
});

const command = (state: string, status: string | null): Command => ({
  ...{
    id: 1,
    charge_point: "A",
    action: "ChangeConfiguration",
    payload: {},
    state,
    error: null,
    effect: null,
  },
  ...{ result: status && { status }, created_at: "", sent_at: null, finished_at: null },
});

test("what the charge point says about a change is told in words", () => {
  expect(changedWords(command("accepted", "Accepted")).taken).toBe(true);
  expect(changedWords(command("accepted", "RebootRequired"))).toEqual({
    taken: true,
    words: "The charge point has taken it; it counts after a reboot.",
  });
  expect(changedWords(command("rejected", "NotSupported")).taken).toBe(false);
  expect(changedWords(command("timed_out", null))).toEqual({
    taken: false,
    words: "The charge point did not answer in time",
  });
});

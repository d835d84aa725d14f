// In which zone times are shown.
import { clock, moment } from "../units";
import { chooseTimes, shownZone, zoneOf } from "./times";
import { viewerZone } from "./zones";

const NOON = Date.parse("2026-03-04T12:00:00Z");

afterEach(() => chooseTimes("mine"));

test("times are the viewer's until another zone is chosen", () => {
  expect(shownZone()).toBe(viewerZone());
  chooseTimes("utc");
  expect(shownZone()).toBe("UTC");
  expect(clock(NOON)).toBe("12:00");
});

test("a site that nobody has named yet is where the viewer is", () => {
  expect(zoneOf("site")).toBe(viewerZone());
});

test("whether a moment is of today depends on where one stands", () => {
  const late = Date.parse("2026-03-04T23:30:00Z");
  expect(moment(late, NOON, "UTC")).toBe("23:30");
  expect(moment(late, NOON, "Europe/Berlin")).toBe("5 Mar, 00:30");
  expect(moment(late, NOON, "Pacific/Auckland")).toBe("12:30");
  expect(moment("2024-02-01T12:00:00Z", NOON, "UTC")).toBe("1 Feb 2024, 12:00");
});

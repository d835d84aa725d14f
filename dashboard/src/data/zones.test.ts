// Days with 23 and 25 hours, zones half an hour off, clocks that jump over midnight.
import { asField, edgesOf, fromField, localOf, rangeName, startOf, zoneWithOffset } from "./zones";

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

test("a day begins at the zone's midnight, wherever the browser is", () => {
  expect(iso(startOf("day", at("2026-11-25T23:30:00Z"), "Europe/Berlin"))).toBe("2026-11-25T23:00");
  expect(iso(startOf("day", at("2026-11-25T23:30:00Z"), "America/New_York"))).toBe("2026-11-25T05:00");
});

test("previous and next go over the ends of months and years", () => {
  const january = at("2026-01-01T12:00:00Z");
  expect(iso(startOf("day", january, "UTC", -1))).toBe("2025-12-31T00:00");
  expect(iso(startOf("month", january, "UTC", -1))).toBe("2025-12-01T00:00");
  expect(iso(startOf("year", january, "UTC", 1))).toBe("2027-01-01T00:00");
});

test("the day on which the clocks go back has 25 hours, the other 23", () => {
  const hours = (day: string) =>
    edgesOf("day", startOf("day", at(day), "Europe/Berlin"), "Europe/Berlin").length - 1;
  expect(hours("2026-10-25T12:00:00Z")).toBe(25);
  expect(hours("2026-03-29T12:00:00Z")).toBe(23);
  expect(hours("2026-06-01T12:00:00Z")).toBe(24);
});

test("hours are the local clock's, also where that is half an hour off", () => {
  const zone = "Asia/Kolkata";
  const edges = edgesOf("day", startOf("day", at("2026-06-01T12:00:00Z"), zone), zone);
  expect(edges).toHaveLength(25);
  expect(iso(edges[0] as number)).toBe("2026-05-31T18:30");
  expect(edges.slice(0, -1).every((edge) => localOf(edge, zone).minute === 0)).toBe(true);
});

test("where half an hour is repeated, no hour overlaps and none is missing", () => {
  const zone = "Australia/Lord_Howe";
  for (const day of ["2026-04-05T12:00:00Z", "2026-10-04T12:00:00Z"]) {
    const edges = edgesOf("day", startOf("day", at(day), zone), zone);
    const steps = edges.slice(1).map((edge, i) => edge - (edges[i] as number));
    expect(steps.every((step) => step > 0)).toBe(true);
    expect(steps.reduce((sum, step) => sum + step, 0)).toBe(
      startOf("day", at(day), zone, 1) - startOf("day", at(day), zone),
    );
  }
});

test("a day whose midnight the clocks jump over begins with the jump", () => {
  expect(iso(startOf("day", at("2026-04-24T12:00:00Z"), "Africa/Cairo"))).toBe("2026-04-23T22:00");
});

test("a year is cut into twelve months, a month into its days", () => {
  const zone = "Europe/Berlin";
  expect(edgesOf("year", startOf("year", at("2026-06-01T00:00:00Z"), zone), zone)).toHaveLength(13);
  expect(edgesOf("month", startOf("month", at("2028-02-10T00:00:00Z"), zone), zone)).toHaveLength(30);
});

test("the axis names the zone, and both offsets when the clocks change inside", () => {
  const zone = "Europe/Berlin";
  const [from, to] = [at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")];
  expect(zoneWithOffset(zone, from, to)).toBe("Europe/Berlin (UTC+2/+1)");
  expect(zoneWithOffset("Asia/Kathmandu", from)).toBe("Asia/Kathmandu (UTC+5:45)");
  expect(zoneWithOffset("No/Such_Zone", from)).toBe("UTC");
});

test("a range has a name", () => {
  const start = at("2026-11-24T23:00:00Z");
  expect(rangeName("day", start, "Europe/Berlin")).toBe("Wed, 25 Nov 2026");
  expect(rangeName("month", start, "Europe/Berlin")).toBe("November 2026");
  expect(rangeName("year", start, "Europe/Berlin")).toBe("2026");
});

test("a moment goes into a field by the clocks of a zone and comes back", () => {
  const moment = "2026-07-04T12:34:56.000Z";
  expect(asField(moment, "America/St_Johns")).toBe("2026-07-04T10:04");
  expect(asField(moment, "Asia/Kolkata", true)).toBe("2026-07-04T18:04:56");
  expect(fromField("2026-07-04T18:04:56", "Asia/Kolkata")).toBe(moment);
  expect(fromField("2026-07-04T10:04", "America/St_Johns")).toBe("2026-07-04T12:34:00.000Z");
  expect(fromField("0002-07-04T12:34", "Asia/Tokyo")).toMatch(/^0002-07-04T03:/);
  expect([asField(null, "UTC"), fromField("", "UTC")]).toEqual(["", null]);
});

test("of a time that comes twice the first is meant, of one that the clocks leave out one later", () => {
  expect(fromField("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  expect(fromField("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  expect(asField("2026-03-29T01:30:00Z", "Europe/Berlin")).toBe("2026-03-29T03:30");
});

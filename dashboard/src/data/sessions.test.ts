import { askedOf, dayStart, paramsOf, queryOf } from "./sessions";

const NOTHING = { state: "", charge_point: "", site: "", id_tag: "", flag: "", from: "", to: "" };

test("what the address asks for is what comes back into it", () => {
  const params = new URLSearchParams("state=active&id_tag=TAG-1&from=2026-11-28&colour=red");
  const asked = askedOf(params);
  expect(asked).toEqual({ ...NOTHING, state: "active", id_tag: "TAG-1", from: "2026-11-28" });
  expect(paramsOf(asked)).toEqual({ state: "active", id_tag: "TAG-1", from: "2026-11-28" });
});

test("days are those of the server's zone, the last one whole", () => {
  const asked = { ...NOTHING, from: "2026-11-28", to: "2026-11-28" };
  expect(queryOf(asked, "Europe/Berlin")).toMatchObject({
    from: "2026-11-27T23:00:00.000Z",
    to: "2026-11-28T23:00:00.000Z",
  });
});

test("a day on which the clocks change has 25 hours", () => {
  expect(dayStart("2026-10-25", "Europe/Berlin")).toBe("2026-10-24T22:00:00.000Z");
  expect(dayStart("2026-10-25", "Europe/Berlin", 1)).toBe("2026-10-25T23:00:00.000Z");
});

test("far from Greenwich a day is that of the calendar there", () => {
  expect(dayStart("2026-11-28", "Pacific/Auckland")).toBe("2026-11-27T11:00:00.000Z");
  expect(dayStart("2026-11-28", "Pacific/Honolulu")).toBe("2026-11-28T10:00:00.000Z");
});

test("half a date asks for nothing", () => {
  expect(dayStart("2026-1", "UTC")).toBeNull();
  expect(dayStart("", "UTC")).toBeNull();
});

// What figures and times look like on the screen.
import { age, bytes, duration, energy, fixed, inWords, moment, NOTHING, plain, power } from "./units";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const spaced = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const say = (quantity: { value: string; unit: string }) => spaced(inWords(quantity));

test("power is shown in kW, with fewer decimals when it is large, in MW when it is very large", () => {
  expect(say(power(0))).toBe("0.00 kW");
  expect(say(power(7360))).toBe("7.36 kW");
  expect(say(power(99_949))).toBe("99.95 kW");
  expect(say(power(120_400))).toBe("120.4 kW");
  expect(say(power(1_250_000))).toBe("1.25 MW");
});

test("power that flows back keeps its sign", () => {
  expect(say(power(-3200))).toBe("−3.20 kW");
});

test("energy is shown in kWh, large sums without needless decimals", () => {
  expect(say(energy(12_345))).toBe("12.35 kWh");
  expect(say(energy(345_670))).toBe("345.7 kWh");
  expect(say(energy(1_234_567))).toBe("1 235 kWh");
  expect(say(energy(120_000_000))).toBe("120.0 MWh");
});

test("what is not known is a dash, never a zero", () => {
  for (const unknown of [null, undefined, Number.NaN]) {
    expect(inWords(power(unknown))).toBe(NOTHING);
    expect(inWords(energy(unknown))).toBe(NOTHING);
    expect(plain(unknown, "V", 0).value).toBe(NOTHING);
  }
});

test("there is no minus zero, and thousands are grouped", () => {
  expect(fixed(-0.001, 2)).toBe("0.00");
  expect(spaced(fixed(1234567.8, 1))).toBe("1 234 567.8");
});

test("durations are read at a glance", () => {
  expect([0, 59, 60, 3599, 3600, 3840, 90_000].map((s) => spaced(duration(s)))).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "59 min",
    "1 h 00 min",
    "1 h 04 min",
    "1 d 1 h",
  ]);
  expect(duration(null)).toBe(NOTHING);
  expect(spaced(duration(-3))).toBe("0 s");
});

test("ages count up from just now; a clock that runs ahead is just now too", () => {
  expect(age(NOW - 400, NOW)).toBe("just now");
  expect(age(NOW + 5000, NOW)).toBe("just now");
  expect(spaced(age("2026-03-04T11:59:52Z", NOW))).toBe("8 s ago");
  expect(spaced(age("2026-03-04T11:57:00Z", NOW))).toBe("3 min ago");
  expect(age(null, NOW)).toBe("never");
});

test("a moment of another day says which day", () => {
  expect(moment(NOW, NOW)).toMatch(/^\d\d:\d\d$/);
  expect(moment("2026-02-01T12:00:00Z", NOW)).toMatch(/^1 Feb, \d\d:\d\d$/);
  expect(moment("2024-02-01T12:00:00Z", NOW)).toMatch(/^1 Feb 2024, \d\d:\d\d$/);
});

test("bytes in three figures at most", () => {
  expect(inWords(bytes(812))).toBe("812\u00a0bytes");
  expect(inWords(bytes(4_096_000))).toBe("4.1\u00a0MB");
  expect(inWords(bytes(12_340_000_000))).toBe("12\u00a0GB");
  expect(inWords(bytes(999_600))).toBe("1.0\u00a0MB");
  expect(bytes(null).value).toBe(NOTHING);
});

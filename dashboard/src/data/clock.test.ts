// The server's clock, learned from what it says.
import { forgetServer, serverNow, serverSaid } from "./clock";

const HOUR = 3_600_000;
const skew = () => serverNow() - Date.now();

beforeEach(() => {
  vi.useFakeTimers();
  forgetServer();
});
afterEach(() => vi.useRealTimers());

test("a browser that is right enough keeps its own clock", () => {
  serverSaid(Date.now() + 900);
  expect(skew()).toBe(0);
  serverSaid(Date.now() - 1_500);
  expect(skew()).toBe(0);
});

test("an hour's difference is corrected at the first word, either way", () => {
  serverSaid(Date.now() + HOUR);
  expect(skew()).toBe(HOUR);
  forgetServer();
  serverSaid(Date.now() - HOUR);
  expect(skew()).toBe(-HOUR);
});

test("one word that was long on its way changes nothing", () => {
  serverSaid(Date.now() + HOUR);
  serverSaid(Date.now() + HOUR - 30_000);
  expect(skew()).toBe(HOUR);
});

test("a clock that was set right meanwhile is believed again", () => {
  serverSaid(Date.now() + HOUR);
  for (let i = 0; i < 3; i++) serverSaid(Date.now());
  expect(skew()).toBe(0);
});

test("small waverings do not move a corrected clock", () => {
  serverSaid(Date.now() + HOUR);
  serverSaid(Date.now() + HOUR + 400);
  expect(skew()).toBe(HOUR);
});

test("nonsense is not a time", () => {
  serverSaid(Number.NaN);
  expect(skew()).toBe(0);
});

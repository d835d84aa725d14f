// Names of the server as words for people; an unknown one is still readable.
import { apart, energySource, isDoubted, sampleFlag, sessionFlag } from "./words";

test("known names have words of their own, unknown ones are taken apart", () => {
  expect(sampleFlag("implausible_jump")).toBe("more than can have flowed");
  expect(sampleFlag("some_new_flag")).toBe("some new flag");
  expect(sessionFlag("meter_odd")).toBe("meter went back or jumped");
  expect(energySource("register")).toBe("by start and stop");
  expect(apart("EVDisconnected")).toBe("EV disconnected");
});

test("a corrected unit is no doubt, a jump is", () => {
  expect(isDoubted(["unit_corrected"])).toBe(false);
  expect(isDoubted(["implausible_jump", "lifted"])).toBe(true);
});

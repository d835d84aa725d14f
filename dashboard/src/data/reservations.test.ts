// Reservations: what is asked for, and each state in words.
import { commandInWords } from "./commandWords";
import { type Reservation, reservationInWords, reservationsAsked, reservationsQuery } from "./reservations";
import type { Command } from "./shapes";

const of = (part: Partial<Reservation>) =>
  reservationInWords({ answer: null, cancel_answer: null, ...part } as Reservation);

test("without a word in the address those are shown that a charge point holds or may hold", () => {
  const asked = reservationsAsked(new URLSearchParams("charge_point=DEPOT-1"));
  expect(reservationsQuery(asked)).toEqual({
    state: ["pending", "accepted", "unknown"],
    charge_point: "DEPOT-1",
  });
  expect(reservationsQuery({ ...asked, state: "all" }).state).toEqual([]);
  expect(reservationsQuery({ ...asked, state: "used" }).state).toEqual(["used"]);
});

test("a refusal says what the charge point meant, and its own word where that is none of the standard", () => {
  expect(of({ state: "refused", answer: "Occupied" }).text).toBe("Refused: the connector is occupied");
  expect(of({ state: "refused", answer: "NotImplemented" }).text).toBe("Refused: NotImplemented");
  expect(of({ state: "refused" }).text).toBe("Never sent: the charge point was away");
});

test("a reservation that the charge point did not give up says so", () => {
  expect(of({ state: "accepted" }).tone).toBe("good");
  expect(of({ state: "accepted", cancel_answer: "Rejected" })).toEqual({
    text: "Reserved; giving it up was answered by Rejected",
    tone: "unsure",
  });
});

test("an accepted reservation says whether the connector shows it", () => {
  const words = (action: string, effect: string | null) =>
    commandInWords({ state: "accepted", action, result: { status: "Accepted" }, effect } as Command);
  expect(words("ReserveNow", "confirmed").text).toBe("Reserved, and the connector says so");
  expect(words("ReserveNow", "no_effect").tone).toBe("unsure");
  expect(words("CancelReservation", null).text).toBe("Given up");
});

const rejected = (action: string, status: string) =>
  commandInWords({ state: "rejected", action, result: { status }, effect: null } as Command).text;

test("a command that was refused with a word of its own says what that means", () => {
  expect(rejected("ReserveNow", "Occupied")).toBe("Refused: the connector is occupied");
  expect(rejected("CancelReservation", "Rejected")).toBe("The charge point knows no such reservation");
  expect(rejected("ClearChargingProfile", "Unknown")).toBe("The charge point holds no such profile");
  expect(rejected("SetChargingProfile", "NotSupported")).toBe(
    "The charge point does not follow charging profiles",
  );
  expect(rejected("Reset", "Rejected")).toBe("The charge point said no");
});

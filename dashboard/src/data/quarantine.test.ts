import { adviceOf, isAboutSecurity } from "./quarantine";

test("every reason of the door has words and something to do", () => {
  for (const reason of ["unknown_charge_point", "unauthorized", "sub_protocol", "contested"]) {
    const { title, todo } = adviceOf(reason);
    expect(title).not.toContain("_");
    expect(todo.length).toBeGreaterThan(10);
  }
});

test("a click helps where the registration is what is wrong, not where the charge point is", () => {
  expect(adviceOf("unknown_charge_point").canAdopt).toBe(true);
  expect(adviceOf("unauthorized").canAdopt).toBe(true);
  expect(adviceOf("no_identifier").canAdopt).toBe(false);
  expect(adviceOf("sub_protocol").canAdopt).toBe(false);
});

test("all kinds of failed TLS handshakes are told alike, and nobody can be let in by them", () => {
  expect(adviceOf("tls_old")).toEqual(adviceOf("tls_cipher"));
  expect(adviceOf("tls_distrust").canAdopt).toBe(false);
  // Not a handshake: it came, but by the plain port.
  expect(adviceOf("tls_required").canAdopt).toBe(true);
  expect(isAboutSecurity("tls_required")).toBe(true);
  expect(isAboutSecurity("tls_old")).toBe(false);
});

test("a reason of a newer server is shown as its name in words", () => {
  expect(adviceOf("too_early").title).toBe("too early");
});

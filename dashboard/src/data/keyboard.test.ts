import { heard } from "./keyboard";

const PLACES = [
  { letter: "o", href: "/" },
  { letter: "s", href: "/sessions" },
];
const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false });

test("g and a letter go to a page, for a moment", () => {
  const { wentAt, what } = heard(key("g"), false, null, 1_000, PLACES);
  expect(what).toBeNull();
  expect(heard(key("s"), false, wentAt, 1_500, PLACES)).toEqual({ wentAt: null, what: "/sessions" });
  expect(heard(key("s"), false, wentAt, 9_000, PLACES).what).toBeNull();
});

test("a letter alone, and one of no page, go nowhere", () => {
  expect(heard(key("s"), false, null, 0, PLACES).what).toBeNull();
  expect(heard(key("x"), false, 0, 10, PLACES)).toEqual({ wentAt: null, what: null });
});

test("a question mark asks for help", () => {
  expect(heard(key("?"), false, null, 0, PLACES).what).toBe("help");
});

test("who types, and the browser's own shortcuts, are left alone", () => {
  expect(heard(key("?"), true, null, 0, PLACES).what).toBeNull();
  expect(heard({ ...key("g"), ctrlKey: true }, false, null, 0, PLACES).wentAt).toBeNull();
});

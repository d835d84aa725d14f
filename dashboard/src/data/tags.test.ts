import { bodyOf, draftOf, type Tag } from "./tags";

const TAG: Tag = {
  id_tag: "CARD-1",
  status: "blocked",
  expires_at: "2026-12-31T18:00:12.500Z",
  parent: "FAMILY",
  note: null,
  max_sessions: 2,
};

test("a tag that was looked at and not changed is kept as it was", () => {
  expect(bodyOf(draftOf(TAG))).toEqual({
    status: "blocked",
    expires_at: "2026-12-31T18:00:12.500Z",
    parent: "FAMILY",
    note: null,
    max_sessions: 2,
  });
});

test("what is empty is not set", () => {
  const body = { status: "accepted", expires_at: null, parent: null, note: null, max_sessions: null };
  expect(bodyOf(draftOf(null, "NEW"))).toEqual(body);
});

import { fetched, type World } from "./parts";

/** A server that answers as told, then for ever as told last; what was done is written down. */
function world(there: boolean[], mayReload = true) {
  const done: string[] = [];
  const given: World = {
    isServerThere: async () => (there.length > 1 ? there.shift() : there[0]) ?? true,
    wait: async () => void done.push("waited"),
    reload: () => {
      done.push("reload");
      return mayReload;
    },
  };
  return { given, done };
}

/** Fails so often, then gives "page". */
function failing(times: number) {
  let left = times;
  return async () => {
    if (left-- > 0) throw new TypeError("Failed to fetch dynamically imported module");
    return "page";
  };
}

test("a part that is there is handed over, and nothing else is asked", async () => {
  const { given, done } = world([true]);
  expect(await fetched(failing(0), given)).toBe("page");
  expect(done).toEqual([]);
});

test("a server that is away is waited for, and the page does not begin anew", async () => {
  const { given, done } = world([false, false, true]);
  expect(await fetched(failing(3), given)).toBe("page");
  expect(done).toEqual(["waited", "waited"]);
});

test("a server that has no such file any more is a newer one: the page begins anew", async () => {
  const { given, done } = world([true]);
  let isOver = false;
  fetched(failing(9), given).finally(() => {
    isOver = true;
  });
  await vi.waitFor(() => expect(done).toEqual(["reload"]));
  expect(isOver).toBe(false);
});

test("where beginning anew was tried already, the trouble is told", async () => {
  const { given, done } = world([true], false);
  await expect(fetched(failing(9), given)).rejects.toThrow("Failed to fetch");
  expect(done).toEqual(["reload"]);
});

// Parts of the dashboard that are fetched when they are needed: how, and what becomes of one that cannot be had.

export interface World {
  /** Whether the server answers, and could hand out files. */
  isServerThere: () => Promise<boolean>;
  wait: () => Promise<void>;
  /** Begins the page anew; false where that was tried for this very version of it. */
  reload: () => boolean;
}

/**
 * A server that is away is waited for. One that is there and has no such file is a newer one, whose files have other
 * names: the page begins anew, once. Rejects where that did not help.
 */
export async function fetched<T>(load: () => Promise<T>, world: World = browser): Promise<T> {
  let wasThere = false;
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (!(await world.isServerThere())) {
        wasThere = false;
        await world.wait();
      } else if (!wasThere) {
        // It may have come back just now.
        wasThere = true;
      } else if (world.reload()) {
        return new Promise<T>(() => {});
      } else {
        throw error;
      }
    }
  }
}

const RELOADED = "wattdeck.reloaded";
const AGAIN_MS = 1500;

const browser: World = {
  isServerThere: async () => {
    try {
      return (await fetch(new URL("readyz", document.baseURI), { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  },
  // Not all pages at the same moment.
  wait: () => new Promise((done) => setTimeout(done, AGAIN_MS * (1 + Math.random()))),
  reload: () => {
    try {
      // The address of this script changes with each version.
      if (sessionStorage.getItem(RELOADED) === import.meta.url) return false;
      sessionStorage.setItem(RELOADED, import.meta.url);
    } catch {
      return false; // A browser that keeps nothing could reload for ever.
    }
    window.location.reload();
    return true;
  },
};

// Bursts: gathered into few redraws, and never answered by as many questions.
import { gather, seldom } from "./batch";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what comes within the time is handed on together, in order, and once", () => {
  const taken: number[][] = [];
  const news = gather<number>(250, (items) => void taken.push(items));
  for (const item of [1, 2, 3]) news.add(item);
  expect(taken).toEqual([]);
  vi.advanceTimersByTime(250);
  news.add(4);
  vi.advanceTimersByTime(10_000);
  expect(taken).toEqual([[1, 2, 3], [4]]);
});

test("a page whose timers sleep holds no more than so much", () => {
  const taken: number[] = [];
  const news = gather<number>(60_000, (items) => void taken.push(items.length));
  for (let item = 0; item < 10_000; item++) news.add(item);
  expect(taken).toEqual([2000, 2000, 2000, 2000, 2000]);
  vi.advanceTimersByTime(60_000);
  expect(taken).toHaveLength(5);
});

test("after its end nothing is handed on", () => {
  const take = vi.fn();
  const news = gather<number>(250, take);
  news.add(1);
  news.stop();
  vi.advanceTimersByTime(1000);
  expect(take).not.toHaveBeenCalled();
});

test("what is wanted all the time is done at once, then once in the time, and one last time", () => {
  const done: number[] = [];
  const asking = seldom(1000, () => void done.push(Date.now()));
  const began = Date.now();
  for (let at = 0; at < 3000; at += 100) {
    asking.call();
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(60_000);
  expect(done.map((at) => at - began)).toEqual([0, 1000, 2000, 3000]);
});

test("what was done a while ago is done at once again", () => {
  const act = vi.fn();
  const asking = seldom(1000, act);
  asking.call();
  vi.advanceTimersByTime(1000);
  asking.call();
  expect(act).toHaveBeenCalledTimes(2);
  asking.call();
  asking.stop();
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(2);
});

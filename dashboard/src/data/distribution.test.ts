import { distributionOf } from "./distribution";
import type { ChargePoint } from "./shapes";

const one = (connected: boolean, ...statuses: string[]) =>
  ({
    connected,
    connectors: statuses.map((status, connector_id) => ({ connector_id, status })),
  }) as unknown as ChargePoint;

test("connectors are counted by status, the most telling first, those that are away as offline", () => {
  const fleet = [
    one(true, "Available", "Available", "Charging"),
    one(true, "Available", "Faulted", "Charging"),
    one(false, "Available", "Charging"),
  ];
  // The first of each is the charge point itself, which is no connector.
  expect(distributionOf(fleet)).toEqual([
    ["Faulted", 1],
    ["Charging", 2],
    ["Available", 1],
    ["Offline", 1],
  ]);
});

test("a status that is none of the nine stands last", () => {
  expect(distributionOf([one(true, "Available", "Occupied", "Available")])).toEqual([
    ["Available", 1],
    ["Occupied", 1],
  ]);
});

import { choicesOf, fitting, listAskedOf, listParamsOf, viewsIn, withoutView, withView } from "./listViews";
import type { Row } from "./rows";
import type { ChargePoint } from "./shapes";

const connector = (status: string, connector_id = 1) => ({
  connector_id,
  evse_id: null,
  status,
  error_code: "NoError",
  info: null,
  vendor_error_code: null,
  updated_at: null,
});

const row = (identifier: string, more: Partial<ChargePoint> = {}): Row => ({
  running: undefined,
  chargePoint: {
    id: 1,
    identifier,
    vendor: "Volta",
    model: "One",
    serial_number: null,
    firmware_version: null,
    ocpp_version: "1.6",
    registration: "accepted",
    connected: true,
    available: true,
    status: "Available",
    last_seen_at: null,
    last_heartbeat_at: null,
    connectors: [connector("Available")],
    current_session: null,
    site: "North",
    ...more,
  },
});

const ROWS = [
  row("N-1"),
  row("N-2", { connected: false, connectors: [connector("Charging")] }),
  row("S-10", { site: "South", model: "Two" }),
  row("S-9", { site: "South", status: "Faulted", connectors: [connector("Faulted", 0)] }),
];
const names = (query: string) =>
  fitting(ROWS, listAskedOf(new URLSearchParams(query))).map(({ chargePoint }) => chargePoint.identifier);

test("rows fit all that is asked at once", () => {
  expect(names("")).toHaveLength(4);
  expect(names("site=South")).toEqual(["S-10", "S-9"]);
  expect(names("site=South&model=Volta+Two")).toEqual(["S-10"]);
  expect(names("connected=no")).toEqual(["N-2"]);
  expect(names("q=south+two")).toEqual(["S-10"]);
});

test("a status is that of any connector, or of the whole", () => {
  expect(names("status=Charging")).toEqual(["N-2"]);
  expect(names("status=Faulted")).toEqual(["S-9"]);
});

test("what can be chosen is what is there, with its number", () => {
  expect(choicesOf(ROWS)).toEqual({
    sites: [
      ["North", 2],
      ["South", 2],
    ],
    models: [
      ["Volta One", 3],
      ["Volta Two", 1],
    ],
  });
});

test("the address names only what is asked", () => {
  expect(listParamsOf(listAskedOf(new URLSearchParams("site=South&q=&x=1")))).toEqual({ site: "South" });
});

test("a view kept under a name that is taken replaces it", () => {
  const views = withView(withView([], { name: "Mine", query: "q=a" }), { name: "Mine", query: "q=b" });
  expect(views).toEqual([{ name: "Mine", query: "q=b" }]);
  expect(withoutView(views, "Mine")).toEqual([]);
});

test("what somebody else wrote into the browser's store is no view", () => {
  expect(viewsIn("nonsense")).toEqual([]);
  expect(viewsIn([{ name: 1 }, null, { name: "A", query: "" }])).toEqual([{ name: "A", query: "" }]);
});

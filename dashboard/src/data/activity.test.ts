import { describe, expect, it } from "vitest";
import type { AlertEventData, SessionEventData, StatusData } from "wattdeck-client";
import {
  type Happening,
  isIn,
  moreOf,
  ofAlert,
  ofSession,
  ofStatus,
  placeOfHappening,
  titleOf,
  withHappenings,
} from "./activity";
import type { ChargePoint } from "./shapes";

const NOW = "2026-11-29T10:00:00.000Z";
const happening = (more: Partial<Happening> = {}): Happening => ({
  ...{ at: NOW, event: "session_started", charge_point: "CP-1", connector_id: 1, session_id: 7 },
  ...{ alert_id: null, command_id: null, energy_wh: null, severity: null, state: null, detail: null },
  ...more,
});
const known = { identifier: "CP-1", connected: true, connectors: [{ connector_id: 1, status: "Faulted" }] };
const status = (more: Partial<StatusData>): StatusData =>
  ({ charge_point: "CP-1", connector_id: 1, status: "Available", connected: true, ...more }) as StatusData;
const of = (more: Partial<StatusData>) =>
  ofStatus(status({ timestamp: NOW, error_code: "NoError", ...more }), known as ChargePoint, NOW);

describe("what happened lately", () => {
  it("is told once, however often and by whichever way it is heard", () => {
    const list = withHappenings([], [happening()]);
    expect(withHappenings(list, [happening({ at: "2026-11-29T09:59:59.000Z" })])).toBe(list);
    const faulted = happening({ event: "faulted", session_id: null });
    const later = { ...faulted, at: "2026-11-29T10:01:00.000Z" };
    expect(withHappenings([faulted], [later, { ...faulted, at: "2026-11-29T10:00:01.000Z" }])).toEqual([
      later,
      faulted,
    ]);
  });

  it("stands in the order of its times, the newest first", () => {
    const [early, late] = ["2026-11-29T09:00:00.000Z", "2026-11-29T11:00:00.000Z"];
    const list = withHappenings([happening()], [happening({ session_id: 1, at: early })]);
    expect(
      withHappenings(list, [happening({ session_id: 2, at: late })]).map((one) => one.session_id),
    ).toEqual([2, 7, 1]);
  });

  it("tells of statuses only that a fault came or went, and of presence that it changed", () => {
    expect(of({ status: "Available" }).map(titleOf)).toEqual(["No longer faulted"]);
    expect(of({ status: "Faulted" })).toEqual([]);
    expect(of({ connector_id: 2, status: "Charging" })).toEqual([]);
    const [faulted] = of({ connector_id: 2, status: "Faulted", error_code: "GroundFailure", info: "RCD" });
    expect(faulted && [titleOf(faulted), moreOf(faulted)]).toEqual(["Faulted", "GroundFailure · RCD"]);
    expect(of({ connector_id: 0, connected: false }).map(titleOf)).toEqual(["Disconnected"]);
    expect(ofStatus(status({}), undefined, NOW)).toEqual([]);
  });

  it("tells how much energy a session had, and nothing of its updates", () => {
    const session = { id: 7, charge_point: "CP-1", connector_id: 1, started_at: NOW, energy_wh: 12_400 };
    const news = (event: string, more = {}) =>
      ofSession({ event, session: { ...session, ...more } } as SessionEventData);
    expect(news("updated")).toEqual([]);
    const [stopped] = news("stopped", { stopped_at: NOW, stop_reason: "EVDisconnected" });
    expect(stopped && moreOf(stopped)).toBe("12.40\u00a0kWh · EV disconnected");
    expect(news("started").map(placeOfHappening)).toEqual(["/sessions/7"]);
  });

  it("tells of alerts that one fired, was taken up, is over", () => {
    const alert = {
      id: 3,
      rule: "connector-faulted",
      charge_point: "CP-1",
      connector_id: 1,
      updated_at: NOW,
    };
    const news = (event: string) => ofAlert({ ...alert, event } as AlertEventData);
    expect(news("updated")).toEqual([]);
    expect(news("resolved").map(titleOf)).toEqual(["Connector faulted: over"]);
    expect(news("fired").map(placeOfHappening)).toEqual(["/alerts/3"]);
  });

  it("is looked at by kind", () => {
    const views = (one: Happening) =>
      (["all", "trouble", "sessions", "commands"] as const).filter((view) => isIn(view, one));
    expect(views(happening())).toEqual(["all", "sessions"]);
    expect(views(happening({ event: "alert_fired" }))).toEqual(["all", "trouble"]);
    expect(views(happening({ event: "command" }))).toEqual(["all", "commands"]);
  });
});

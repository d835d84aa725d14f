// A charge point made of npm's ocpp-rpc in strict mode: a whole session, then commands until it is reset.
// `node strict.js URL IDENTITY`; says what happens as one JSON object per line on stdout.

import { createRPCError, RPCClient } from "ocpp-rpc";

const [endpoint, identity] = process.argv.slice(2);
const tell = (event, more) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);

const client = new RPCClient({
  endpoint,
  identity,
  protocols: ["ocpp1.6"],
  strictMode: true,
  reconnect: false,
  callTimeoutMs: 20_000,
  maxBadMessages: 0,
});

client.on("strictValidationFailure", ({ method, error, isCall, outbound }) =>
  tell("strict_failure", { method, isCall, outbound, error: String(error?.details?.errors ?? error) }),
);
client.on("badMessage", ({ buffer, error }) => tell("bad_message", { frame: String(buffer), error: String(error) }));
client.on("disconnect", ({ code, reason }) => tell("disconnected", { code, reason }));

const answers = {
  RemoteStartTransaction: { status: "Accepted" },
  RemoteStopTransaction: { status: "Rejected" },
  GetConfiguration: { configurationKey: [], unknownKey: ["Nothing"] },
  ChangeConfiguration: { status: "NotSupported" },
  ChangeAvailability: { status: "Scheduled" },
  ClearCache: { status: "Accepted" },
  GetLocalListVersion: { listVersion: -1 },
  SetChargingProfile: { status: "Accepted" },
  TriggerMessage: { status: "NotImplemented" },
  UnlockConnector: { status: "UnlockFailed" },
  Reset: { status: "Accepted" },
};

client.handle(({ method, params }) => {
  tell("asked", { method, params });
  if (!(method in answers)) throw createRPCError("NotImplemented");
  if (method === "Reset") setTimeout(() => client.close({ code: 1000, reason: "reset" }), 200);
  return answers[method];
});

async function say(method, params) {
  try {
    tell("answer", { method, answer: await client.call(method, params) });
  } catch (error) {
    tell("error", { method, code: error.rpcErrorCode ?? error.name, message: error.message });
  }
}

const now = () => new Date().toISOString();
const reading = (value) => ({ timestamp: now(), sampledValue: [{ value: String(value), unit: "Wh" }] });

await client.connect();
tell("connected", { protocol: client.protocol });
await say("BootNotification", { chargePointVendor: "npm", chargePointModel: "ocpp-rpc" });
await say("Heartbeat", {});
await say("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available", timestamp: now() });
for (const idTag of ["ACCEPTED", "EXPIRED", "BLOCKED", "UNKNOWN"]) await say("Authorize", { idTag });
await say("DataTransfer", { vendorId: "nobody" });
const { transactionId } = await client.call("StartTransaction", {
  connectorId: 1,
  idTag: "ACCEPTED",
  meterStart: 0,
  timestamp: now(),
});
await Promise.all(
  [100, 200, 300].map((wh) => say("MeterValues", { connectorId: 1, transactionId, meterValue: [reading(wh)] })),
);
await say("StopTransaction", { transactionId, meterStop: 400, timestamp: now(), idTag: "ACCEPTED", reason: "Local" });
await say("FirmwareStatusNotification", { status: "Idle" });
tell("ready", { transactionId });

// A charge point made of npm's ocpp-rpc in strict mode: says all its messages, then answers commands until it is reset.
// `node strict.js URL IDENTITY SPEECH`, SPEECH a JSON file: {messages: [[method, params]…], transaction, answers}.
// Says what happens as one JSON object per line on stdout.

import { readFileSync } from "node:fs";
import { createRPCError, RPCClient } from "ocpp-rpc";

const [endpoint, identity, file] = process.argv.slice(2);
const { messages, transaction, answers } = JSON.parse(readFileSync(file, "utf8"));
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

client.handle(({ method, params }) => {
  tell("asked", { method, params });
  if (!(method in answers)) throw createRPCError("NotImplemented");
  if (method === "Reset") setTimeout(() => client.close({ code: 1000, reason: "reset" }), 200);
  return answers[method];
});

async function say(method, params) {
  try {
    const answer = await client.call(method, params);
    tell("answer", { method, answer });
    return answer;
  } catch (error) {
    tell("error", { method, code: error.rpcErrorCode ?? error.name, message: error.message });
    return {};
  }
}

await client.connect();
tell("connected", { protocol: client.protocol });
let id;
for (const [method, params] of messages) {
  if (params.transactionId === transaction) params.transactionId = id;
  const answer = await say(method, params);
  id = answer.transactionId ?? id;
}
tell("ready");

// The page: logs in, reads how things stand, then lets the live stream move everything.
import {
  ALL,
  connect,
  subscribeToChargePointStatus,
  subscribeToMeterValues,
  subscribeToSessions,
  topics,
} from "/csms/client/index.js";
import { all, CSMS, get, post } from "./api.js";
import { endSession, forgetSessions, isKnown, setStatus, showCard, showSession } from "./cards.js";
import { Chart, format } from "./chart.js";
import { notice } from "./notices.js";

const $ = (selector) => document.querySelector(selector);
const seen = new Map(); // charge point and connector → the status that was shown last

const TOTALS = {
  total_charge_points: "Charge points",
  connected: "Connected",
  available: "Available",
  charging: "Charging",
  active_sessions: "Sessions",
  total_energy_today: "kWh today",
};

const CHARTS = {
  "Power.Active.Import": new Chart("Power, kW", 1 / 1000),
  "Energy.Active.Import.Register": new Chart("Register, kWh", 1 / 1000),
  Voltage: new Chart("Voltage, V"),
  "Current.Import": new Chart("Current, A"),
  Temperature: new Chart("Temperature, °C"),
  SoC: new Chart("State of charge, %"),
};

function showTotals(stats) {
  const boxes = Object.entries(TOTALS).map(([name, title]) => {
    const box = document.createElement("div");
    const figure = document.createElement("b");
    figure.textContent = format(stats[name]);
    box.append(figure, title);
    return box;
  });
  $("#totals").replaceChildren(...boxes);
}

// what the buttons of a card do

async function command(identifier, verb, body) {
  try {
    const { action, state, error } = await post(
      `charge-points/${encodeURIComponent(identifier)}/${verb}?wait=30`,
      body,
    );
    const words = error ? `${state}, ${error.code}` : state;
    notice(`${identifier}: ${action} ${words}`, state === "accepted" ? "good" : "bad");
  } catch (problem) {
    notice(`${identifier}: ${problem.message}`, "bad");
  }
}

const running = new Map(); // charge point and connector → session

const act = {
  start: (identifier, connector_id) =>
    command(identifier, "remote-start", { connector_id, id_tag: $("#tag").value }),
  stop: (identifier, connectorId) =>
    command(identifier, "remote-stop", { session_id: running.get(`${identifier} ${connectorId}`)?.id }),
  watch,
};

// charts of one connector

let stopWatching = () => {};
let watched; // the latest wish: answers to those before it come too late

async function watch(identifier, connectorId) {
  stopWatching();
  for (const chart of Object.values(CHARTS)) chart.clear();
  $("#charts").setAttribute("aria-label", `Charts of ${identifier}, connector ${connectorId}`);
  const mine = {};
  watched = mine;
  const totals = new Set(); // measurands that come without a phase, too
  const draw = ({ connector_id, measurand, phase, value, timestamp, taken_at }) => {
    const chart = CHARTS[measurand];
    if (watched !== mine || connector_id !== connectorId || !chart) return;
    // one line for each: the total where there is one, else the first phase
    if (phase && (totals.has(measurand) || !phase.startsWith("L1"))) return;
    if (!phase && !totals.has(measurand)) {
      totals.add(measurand);
      chart.clear();
    }
    chart.add(value, timestamp ?? taken_at);
  };
  const callbacks = {
    onPower: draw,
    onEnergy: draw,
    onVoltage: draw,
    onCurrent: draw,
    onTemperature: draw,
    onSoC: draw,
  };
  stopWatching = subscribeToMeterValues(live, identifier, callbacks, { throttleSeconds: 1 });
  for (const measurand of Object.keys(CHARTS)) {
    const query = `measurand=${measurand}&connector_id=${connectorId}&limit=50`;
    const answer = await get(`charge-points/${encodeURIComponent(identifier)}/meter-values?${query}`);
    answer.items.forEach(draw);
  }
}

// live

let live;

async function readAll() {
  for (const chargePoint of await all("charge-points")) {
    showCard(chargePoint, act);
    for (const { connector_id, status } of chargePoint.connectors) {
      seen.set(`${chargePoint.identifier} ${connector_id}`, status);
    }
    seen.set(`${chargePoint.identifier} 0`, presence(chargePoint));
  }
}

const presence = ({ connected }) => (connected ? "connected" : "away");

function onStatusChange(news) {
  const { charge_point, connector_id, status, error_code } = news;
  if (!isKnown(charge_point)) notice(`${charge_point} is new`);
  setStatus(news, act);
  const key = `${charge_point} ${connector_id}`;
  const word = connector_id === 0 ? presence(news) : status;
  if (seen.has(key) && seen.get(key) !== word) {
    const name = connector_id === 0 ? charge_point : `${charge_point}, connector ${connector_id}`;
    const why = status === "Faulted" ? ` (${error_code})` : "";
    notice(`${name}: ${word}${why}`, status === "Faulted" || word === "away" ? "bad" : "");
  }
  seen.set(key, word);
}

function onSessionUpdated(session) {
  running.set(`${session.charge_point} ${session.connector_id}`, session);
  showSession(session);
}

function start() {
  live?.close();
  live = connect({ url: `${CSMS}/live` });
  live.onStateChange((state) => {
    $("#state").textContent = state;
    if (state === "refused") askToLogIn();
  });
  live.subscribe(topics.stats, (message) => {
    if (!message.kind || message.kind === "snapshot") showTotals(message.data);
  });
  subscribeToChargePointStatus(live, ALL, { onStatusChange, onGap: readAll });
  subscribeToSessions(live, ALL, {
    onSessionStarted: (session) => {
      onSessionUpdated(session);
      notice(`${session.charge_point}: session started by ${session.id_tag ?? "somebody"}`, "good");
    },
    onSessionUpdated,
    onSessionStopped: (session) => {
      running.delete(`${session.charge_point} ${session.connector_id}`);
      endSession(session);
      notice(`${session.charge_point}: session stopped, ${format(session.energy_consumed)} kWh`);
    },
    onGap: () => {
      running.clear();
      forgetSessions();
    },
  });
  $("#charts").replaceChildren(...Object.values(CHARTS).map((chart) => chart.figure));
}

// log-in

function askToLogIn() {
  $("#login").hidden = false;
  $("main").hidden = true;
}

async function show() {
  try {
    await get("me");
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    askToLogIn();
    return;
  }
  $("#login").hidden = true;
  $("main").hidden = false;
  await readAll();
  start();
}

$("#login").onsubmit = async (event) => {
  event.preventDefault();
  try {
    await post("login", Object.fromEntries(new FormData(event.target)));
    await show();
  } catch (problem) {
    $("#login output").textContent = problem.message;
  }
};

show();

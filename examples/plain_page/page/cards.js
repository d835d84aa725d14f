// A card for each charge point: whether it is there, its connectors with their status, and what is charging.
import { format } from "./chart.js";

const cards = new Map();

/** `act`: what the buttons do, with `start`, `stop` and `watch`. */
export function showCard({ identifier, connected, connectors, current_session }, act) {
  const card = cardOf(identifier);
  setConnected(card, connected);
  for (const one of connectors) setStatus({ ...one, charge_point: identifier, connected }, act);
  if (current_session) showSession(current_session);
}

export const isKnown = (identifier) => cards.has(identifier);

/** News of a connector's status; connector 0 is the charge point itself. */
export function setStatus({ charge_point, connector_id, status, error_code, connected }, act) {
  const card = cardOf(charge_point);
  setConnected(card, connected);
  if (connector_id === 0) return;
  const row = rowOf(card, charge_point, connector_id, act);
  const badge = row.querySelector(".status");
  badge.textContent = status ?? "unknown";
  badge.className = `status badge ${status ?? ""}`;
  row.querySelector(".error").textContent = error_code && error_code !== "NoError" ? error_code : "";
}

export function showSession({ charge_point, connector_id, energy_kwh, duration_s, power_w, soc, id_tag }) {
  const row = cards.get(charge_point)?.rows.get(connector_id);
  if (!row) return;
  const parts = [`${format(energy_kwh)} kWh`, `${Math.floor(duration_s / 60)} min`];
  if (power_w !== null) parts.push(`${format(power_w / 1000)} kW`);
  if (soc !== null) parts.push(`${format(soc)} %`);
  row.querySelector(".session").textContent = `${id_tag ?? "somebody"}: ${parts.join(" · ")}`;
  row.classList.add("running");
}

export function endSession({ charge_point, connector_id }) {
  const row = cards.get(charge_point)?.rows.get(connector_id);
  if (!row) return;
  row.querySelector(".session").textContent = "";
  row.classList.remove("running");
}

/** Nothing is known to be charging any more: what is, will be told. */
export function forgetSessions() {
  for (const [charge_point, { rows }] of cards) {
    for (const connector_id of rows.keys()) endSession({ charge_point, connector_id });
  }
}

function setConnected({ element }, connected) {
  const badge = element.querySelector(".connected");
  badge.textContent = connected ? "connected" : "away";
  badge.classList.toggle("on", connected);
}

function cardOf(identifier) {
  if (cards.has(identifier)) return cards.get(identifier);
  const element = fromTemplate("#card");
  element.setAttribute("aria-label", identifier);
  element.querySelector("h2").textContent = identifier;
  document.querySelector("#cards").append(element);
  const card = { element, rows: new Map() };
  cards.set(identifier, card);
  return card;
}

function rowOf(card, identifier, connectorId, act) {
  if (card.rows.has(connectorId)) return card.rows.get(connectorId);
  const row = fromTemplate("#connector");
  row.setAttribute("aria-label", `Connector ${connectorId}`);
  row.querySelector("b").textContent = `Connector ${connectorId}`;
  row.querySelector(".start").onclick = () => act.start(identifier, connectorId);
  row.querySelector(".stop").onclick = () => act.stop(identifier, connectorId);
  row.querySelector(".watch").onclick = () => act.watch(identifier, connectorId);
  card.element.querySelector("ul").append(row);
  card.rows.set(connectorId, row);
  return row;
}

const fromTemplate = (name) => document.querySelector(name).content.firstElementChild.cloneNode(true);

// Names the server uses for what is odd and where an energy comes from, as words for people.

/** "EVDisconnected" and "meter_reset" as words. */
export const apart = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replace(/^(EV|[A-Z][a-z]{2,})(?=[A-Z])/, "$1 ")
    .replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase());

const SAMPLE_FLAGS: Record<string, string> = {
  register_decrease: "register went back",
  implausible_jump: "jump beyond what can flow",
  frozen_register: "register stands still while power flows",
  frozen: "register stands still while power flows",
  spike: "beyond what can be",
  unit: "unit corrected",
  lifted: "a person said it is right",
};

/** Why a sample is doubted. */
export const sampleFlag = (name: string): string => SAMPLE_FLAGS[name] ?? apart(name);

const SESSION_FLAGS: Record<string, string> = {
  unauthorized: "tag was refused",
  stop_lost: "stop never came",
  start_lost: "start never came",
  meter_reset: "meter was reset",
};

export const sessionFlag = (name: string): string => SESSION_FLAGS[name] ?? apart(name);

const SOURCES: Record<string, string> = {
  register: "by the register",
  registers: "by the register",
  start_stop: "by start and stop",
  samples: "by samples",
  intervals: "by interval readings",
  interval: "by interval readings",
  power: "estimated from power",
  phases: "by the phases' registers",
  none: "not measured",
};

/** Where a session's energy comes from. */
export const energySource = (name: string): string => SOURCES[name] ?? `by ${apart(name)}`;

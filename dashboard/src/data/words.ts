// Names the server uses for what is odd and where an energy comes from, as words for people.

/** "EVDisconnected" and "meter_reset" as words. */
export const apart = (name: string): string =>
  name
    .replaceAll("_", " ")
    .replace(/^(EV|[A-Z][a-z]{2,})(?=[A-Z])/, "$1 ")
    .replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase());

const SAMPLE_FLAGS: Record<string, string> = {
  register_decrease: "the register went back",
  implausible_jump: "more than can have flowed",
  register_frozen: "the register stood still while power flowed",
  spike: "beyond what can be",
  rounded: "rounded: a more exact reading came before",
  unit_corrected: "its unit was corrected",
  lifted: "a person said it is right",
};

/** What is in doubt with one of these counts for nothing, unless a person lifted it. */
const IN_DOUBT = ["register_decrease", "implausible_jump", "register_frozen", "spike"];

export const isDoubted = (flags: string[]): boolean => flags.some((flag) => IN_DOUBT.includes(flag));
export const isLifted = (flags: string[]): boolean => flags.includes("lifted");

/** Why a sample is doubted. */
export const sampleFlag = (name: string): string => SAMPLE_FLAGS[name] ?? apart(name);

const SESSION_FLAGS: Record<string, string> = {
  unauthorised: "tag was refused",
  stop_lost: "stop was lost",
  start_lost: "start was lost",
  meter_odd: "meter went back or jumped",
};

export const sessionFlag = (name: string): string => SESSION_FLAGS[name] ?? apart(name);

const SOURCES: Record<string, string> = {
  register: "by start and stop",
  samples: "by samples",
  phases: "by the phases",
  interval: "by intervals",
  power: "reckoned from power",
};

/** Where a session's energy comes from. */
export const energySource = (name: string): string => SOURCES[name] ?? `by ${apart(name)}`;

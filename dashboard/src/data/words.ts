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
  clock_jumped: "its clock had jumped: taken at another time",
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

const FLAG_SENTENCES: Record<string, string> = {
  unauthorised: "The tag was refused, and it charged all the same.",
  stop_lost:
    "Its stop never came: it was ended by what else was seen, with the last reading that was believed.",
  start_lost: "Its start never came: it is known by its stop alone, so its beginning is a guess.",
  meter_odd: "The register fell or jumped while it ran; its energy is the sum of what can be believed.",
};

/** What a flag of a session means for its figures. */
export const flagSentence = (name: string): string => FLAG_SENTENCES[name] ?? `${apart(name)}.`;

const SOURCE_SENTENCES: Record<string, string> = {
  register: "the readings of the register at its start and stop",
  samples: "readings of the register while it ran",
  phases: "the registers of the phases, summed up",
  interval: "reckoned without a register: the energies of intervals, summed up",
  power: "reckoned without a register: power over time",
};

const RECKONED = ["interval", "power"];

/** No register has counted it. */
export const isReckoned = (source: string | null | undefined): boolean => RECKONED.includes(source ?? "");

/** What a session's energy was reckoned from, at length. */
export const sourceSentence = (name: string): string => SOURCE_SENTENCES[name] ?? apart(name);

const ENDS: Record<string, string> = {
  stopped: "its stop",
  next_start: "the next session began on its connector",
  available: "its connector became free",
  rebooted: "the charge point restarted",
  silent: "nothing more was heard of it",
  away: "the charge point was away for too long",
  by_hand: "closed by hand",
  charge_point_removed: "the charge point was removed",
};

/** Which sign ended a session. */
export const endReason = (name: string): string => ENDS[name] ?? apart(name);

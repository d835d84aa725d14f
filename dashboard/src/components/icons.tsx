// Our own small set of line icons on a 24 grid; decorative, the word stands beside it.

const PATHS = {
  bolt: "M13 2.5 5 13.5h6l-1 8 8-11h-6z",
  plug: "M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  available: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.2 12.4l2.6 2.6 5-5.4",
  pause: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM10 9v6M14 9v6",
  finishing: "M6 21V4M6 5h11l-2.5 3.8L17 12.5H6",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  fault: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 21h4",
  bellOff: "M4 4l16 16M8 6.5a6 6 0 0 1 10 4.5v3M6 11v5.5l-1.5 1.5H18M10 21h4",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.7v.1",
  warning: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v6M12 16.2v.1",
  hand: "M8 12.5V6a1.5 1.5 0 0 1 3 0v5M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v7c0 4-2 7.5-5.5 7.5S7 18.500 4.500 14.500a1.500 1.500 0 0 1 2.500-1.500l1 1",
  edit: "M4 20l1-4.500L16.500 4a2 2 0 0 1 3 3L8 19z",
  plus: "M12 5v14M5 12h14",
  off: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6",
  unknown:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.8M12 16.6v.1",
  online: "M4.5 10.5a11 11 0 0 1 15 0M7.5 13.8a6.6 6.6 0 0 1 9 0M10.5 17a2.3 2.3 0 0 1 3 0",
  offline:
    "M3.5 3.5l17 17M4.5 10.5a11 11 0 0 1 4.6-2.6M13 7.6a11 11 0 0 1 6.5 2.9M7.5 13.8a6.6 6.6 0 0 1 4-1.7M10.5 17a2.3 2.3 0 0 1 3 0",
  station:
    "M5 21V5a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v16M3 21h14M15 11h1.5a1.5 1.5 0 0 1 1.5 1.5V16a1.5 1.5 0 0 0 3 0V9l-3-3M10.6 7 8 11h3.5L9 15",
  sessions: "M4 6h10M4 12h16M4 18h7M17 18l3-0M17 6h3",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M20 14.2A8.3 8.3 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2z",
  screen: "M4 4.5h16v11.5H4zM9 20h6M12 16v4",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.3 15.3 20.5 20.5",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.6 7.6 0 0 1 15 0",
  leave: "M14 4H6v16h8M10.5 12H20.5M17 8.5l3.5 3.5-3.5 3.5",
  book: "M12 6.5C10 5 7 4.5 4 4.8v13.5c3-.3 6 .2 8 1.7 2-1.5 5-2 8-1.7V4.8c-3-.3-6 .2-8 1.7zM12 6.5V20",
  back: "M10 6l-6 6 6 6M4.5 12H20",
  play: "M8 5.5v13l10.5-6.5z",
  stop: "M7 7h10v10H7z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.4 2",
  up: "M7 14l5-5 5 5",
  down: "M7 10l5 5 5-5",
  left: "M14 7l-5 5 5 5",
  right: "M10 7l5 5-5 5",
  close: "M6 6l12 12M18 6 6 18",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14",
  storage:
    "M4 6.5C4 4.6 7.6 3 12 3s8 1.6 8 3.5S16.4 10 12 10 4 8.4 4 6.5zM4 6.5v11C4 19.4 7.6 21 12 21s8-1.6 8-3.5v-11M4 12c0 1.9 3.6 3.5 8 3.5s8-1.6 8-3.5",
  undo: "M8 6 4 10l4 4M4.5 10H14a5.5 5.5 0 0 1 0 11H9",
  reserve: "M5 6h14v14H5zM5 10.5h14M9 3.500v4M15 3.500v4M9.500 15l2 2 3.500-4",
  send: "M4 12 20 4.5 16 20l-4.5-6.5zM11.5 13.5 20 4.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size < 16 ? 2.2 : 1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none", display: "block" }}
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

// The name of the house.
import css from "./Wordmark.module.css";

/** `nameClass`: for where there is no room for the name beside the sign. */
export function Wordmark({ size = 26, nameClass }: { size?: number; nameClass?: string | undefined }) {
  return (
    <span className={css.wordmark} style={{ fontSize: size * 0.68 }}>
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path d="M17.8 5.5 8.6 17.6h6.1l-1.2 8.9 9.9-12.6h-6.4z" fill="var(--card)" />
      </svg>
      <span className={nameClass}>wattdeck</span>
    </span>
  );
}

// What the charge point answered, where that is more than yes or no.
import css from "./Dialog.module.css";

export function CommandAnswer({ result }: { result: unknown }) {
  const members = Object.keys((result ?? {}) as object);
  if (members.length === 0 || (members.length === 1 && members[0] === "status")) return null;
  return (
    <section aria-label="Answer">
      <pre className={css.answer}>{JSON.stringify(result, null, 2)}</pre>
    </section>
  );
}

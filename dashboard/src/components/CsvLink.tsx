// A file of the figures that stand beside it, made by the server.
import css from "./CsvLink.module.css";
import { Icon } from "./icons";

export function CsvLink({ href, label = "CSV" }: { href: string; label?: string }) {
  return (
    <a className={css.link} href={href} download>
      <Icon name="download" size={14} /> {label}
    </a>
  );
}

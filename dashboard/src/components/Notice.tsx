// What stands where there is nothing to show: what is the matter, and what to do about it.
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icons";
import css from "./Notice.module.css";

export function Notice({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className={css.notice}>
      <div className={css.mark}>
        <Icon name={icon} size={22} />
      </div>
      <div className={css.title}>{title}</div>
      {children && <div className={css.text}>{children}</div>}
    </div>
  );
}

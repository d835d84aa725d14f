// Tags that were presented and refused because nobody knows them: one click makes a tag of one.
import { Button } from "@mantine/core";
import { type UnknownTag, useUnknownTags } from "../data/tags";
import { useNow } from "../live/now";
import { age, fixed } from "../units";
import { More } from "./More";
import { Scroll } from "./Scroll";
import css from "./Table.module.css";

export function UnknownTags({ enabled, onAdopt }: { enabled: boolean; onAdopt: (tag: UnknownTag) => void }) {
  const now = useNow();
  const list = useUnknownTags(enabled);
  if (!list.items?.length) return null;
  return (
    <section className="panel" aria-label="Unknown tags">
      <div className="panel-head">
        <h2 className="panel-title">Unknown tags</h2>
        <span className="muted">presented lately, and refused</span>
      </div>
      <Scroll label="Unknown tags, one by one">
        <table className={css.table}>
          <thead>
            <tr>
              <th>Tag</th>
              <th data-right>Times</th>
              <th>Last</th>
              <th>At</th>
              <th>Resembles</th>
              <th aria-label="What to do" />
            </tr>
          </thead>
          <tbody>
            {list.items.map((one) => (
              <tr key={one.id_tag}>
                <td className="mono">{one.id_tag}</td>
                <td data-right>{fixed(one.count, 0)}</td>
                <td>{age(one.last_at, now)}</td>
                <td>{one.charge_point}</td>
                <td className="mono">{one.resembles}</td>
                <td data-right>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Add ${one.id_tag}`}
                    onClick={() => onAdopt(one)}
                  >
                    Add
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <More list={list} />
    </section>
  );
}

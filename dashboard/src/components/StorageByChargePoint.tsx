// Who fills the database: samples of each charge point and day.
import { Link } from "wouter";
import { useStorageOfChargePoints } from "../data/storage";
import { bytes, fixed, inWords, NOTHING } from "../units";
import { Notice } from "./Notice";
import { Scroll } from "./Scroll";
import { Age, Waiting } from "./State";
import css from "./Table.module.css";

const DAYS = 7;
const short = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", timeZone: "UTC" });

export function StorageByChargePoint() {
  const found = useStorageOfChargePoints(DAYS);
  const days = [...new Set((found.data ?? []).flatMap((one) => one.days.map(({ day }) => day)))].sort();
  return (
    <section className="panel" aria-label="By charge point">
      <div className="panel-head">
        <h2 className="panel-title">By charge point and day</h2>
        <span className="muted push">samples; days of UTC</span>
      </div>
      <Age query={found} />
      <Waiting query={found} what="The charge points' shares" />
      {found.data?.length === 0 && (
        <Notice icon="clock" title="No whole day yet">
          The first one is shown when it has ended.
        </Notice>
      )}
      {found.data && found.data.length > 0 && (
        <Scroll label="Share of each charge point" tall>
          <table className={css.table}>
            <thead>
              <tr>
                <th>Charge point</th>
                <th data-right>Share</th>
                <th data-right>A day</th>
                {days.map((day) => (
                  <th key={day} data-right>
                    {short.format(Date.parse(day))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.data.map((one) => (
                <tr key={one.charge_point}>
                  <td>
                    <Link href={`/charge-points/${encodeURIComponent(one.charge_point)}`}>
                      {one.charge_point}
                    </Link>
                  </td>
                  <td data-right>{fixed(one.share * 100, 1)} %</td>
                  <td data-right>{inWords(bytes(one.bytes_per_day))}</td>
                  {days.map((day) => {
                    const amount = one.days.find((each) => each.day === day);
                    return (
                      <td key={day} data-right title={amount && inWords(bytes(amount.bytes))}>
                        {amount ? fixed(amount.samples, 0) : NOTHING}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

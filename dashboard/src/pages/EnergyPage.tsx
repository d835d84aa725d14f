// Energy of the fleet or of a site: how much in each hour, day or month, at which load, and who took it.
import { Select } from "@mantine/core";
import { useState } from "react";
import { FleetEnergy } from "../components/FleetEnergy";
import { LoadCurve } from "../components/LoadCurve";
import { RangeBar } from "../components/RangeBar";
import { TopConsumers } from "../components/TopConsumers";
import { useSites } from "../data/energyQueries";
import { useMe } from "../data/queries";
import { useRange } from "../data/useRange";
import { useNow } from "../live/now";
import css from "./EnergyPage.module.css";
import list from "./ListPage.module.css";

export function EnergyPage() {
  const now = useNow();
  const zone = useMe().data?.time_zone ?? "UTC";
  const view = useRange(zone, now, "month");
  const sites = useSites();
  const [picked, setPicked] = useState<string | null>(null);
  // A site whose last charge point was taken away is none any more.
  const site = sites.data?.some((one) => one.site === picked) ? picked : null;
  return (
    <div className={list.page}>
      <div className={list.head}>
        <h1 className={list.title}>Energy</h1>
        {sites.data && sites.data.length > 0 && (
          <Select
            className={css.site}
            size="xs"
            aria-label="Site"
            allowDeselect={false}
            data={[
              { value: "", label: "All sites" },
              ...sites.data.map((one) => ({ value: one.site, label: `${one.site} (${one.charge_points})` })),
            ]}
            value={site ?? ""}
            onChange={(value) => setPicked(value || null)}
          />
        )}
        <div className={css.range}>
          <RangeBar view={view} now={now} />
        </div>
      </div>
      <FleetEnergy view={view} site={site} />
      <div className={css.columns}>
        <LoadCurve view={view} site={site} />
        <TopConsumers view={view} site={site} />
      </div>
    </div>
  );
}

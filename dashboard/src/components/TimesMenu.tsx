// In which zone times are, and the choice of another.
import { Menu, UnstyledButton } from "@mantine/core";
import { chooseTimes, TIMES, type Times, useShownZone, useTimes, zoneOf } from "../data/times";
import { zoneWithOffset } from "../data/zones";
import { Icon } from "./icons";
import css from "./LiveBar.module.css";

const NAMES: Record<Times, string> = { mine: "Mine", site: "The site’s", utc: "UTC" };

export function TimesMenu({ now }: { now: number }) {
  const zone = useShownZone();
  const times = useTimes();
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <UnstyledButton className={css.times}>
          Times in {zoneWithOffset(zone, now)} <Icon name="down" size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Times. Days of reports are always the site’s.</Menu.Label>
        <Menu.RadioGroup value={times} onChange={(one) => chooseTimes(one as Times)}>
          {TIMES.map((one) => (
            <Menu.RadioItem key={one} value={one}>
              {NAMES[one]}
              {one !== "utc" && <span className="muted"> {zoneWithOffset(zoneOf(one), now)}</span>}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

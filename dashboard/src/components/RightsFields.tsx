// What somebody may do, and which charge points they see: the fields that users and keys have in common.
import { Select, TagsInput } from "@mantine/core";
import { ROLES } from "../data/people";
import type { Rights } from "../data/peopleQueries";

const NOBODY = { charge_points: [], sites: [] };

/** An empty scope is none: all charge points. */
const scopeOf = (charge_points: string[], sites: string[]) =>
  charge_points.length + sites.length === 0 ? null : { charge_points, sites };

export function RightsFields({ rights, onChange }: { rights: Rights; onChange: (rights: Rights) => void }) {
  const { charge_points, sites } = rights.scope ?? NOBODY;
  return (
    <>
      <Select
        label="Role"
        data={ROLES}
        allowDeselect={false}
        value={rights.role}
        onChange={(role) => {
          if (role) onChange({ role, scope: role === "admin" ? null : rights.scope });
        }}
      />
      {rights.role !== "admin" && (
        <>
          <TagsInput
            label="Only these charge points"
            description="Identifiers or patterns, DEPOT-*; Enter after each. Empty, and no site: all of them."
            maxLength={128}
            value={charge_points}
            onChange={(patterns) => onChange({ ...rights, scope: scopeOf(patterns, sites) })}
          />
          <TagsInput
            label="Only these sites"
            maxLength={100}
            value={sites}
            onChange={(names) => onChange({ ...rights, scope: scopeOf(charge_points, names) })}
          />
        </>
      )}
    </>
  );
}

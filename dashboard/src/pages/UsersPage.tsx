// Who may log in, with which rights; added, changed, disabled and removed by admins.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../components/icons";
import { PeoplePages } from "../components/PeoplePages";
import { Scroll } from "../components/Scroll";
import { Age, Waiting } from "../components/State";
import table from "../components/Table.module.css";
import { UserDeed } from "../components/UserDeed";
import { UserDialog } from "../components/UserDialog";
import { type Deed, UserRow } from "../components/UserRow";
import type { User } from "../data/people";
import { useUsers } from "../data/peopleQueries";
import css from "./AlertsPage.module.css";

export function UsersPage() {
  const users = useUsers();
  const [isAdding, setAdding] = useState(false);
  const [doing, setDoing] = useState<{ user: User; deed: Deed } | null>(null);
  return (
    <div className={css.page}>
      <PeoplePages
        action={
          <Button size="xs" leftSection={<Icon name="plus" />} onClick={() => setAdding(true)}>
            Add a user
          </Button>
        }
      >
        <Age query={users} />
        <section className="panel" aria-label="Users">
          <Waiting query={users} what="The users" />
          {users.data && (
            <Scroll label="All users">
              <table className={table.table}>
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>Role</th>
                    <th>Sees</th>
                    <th>Last log-in</th>
                    <th>State</th>
                    <th data-right>Change</th>
                  </tr>
                </thead>
                <tbody>
                  {users.data.map((user) => (
                    <UserRow key={user.username} user={user} onDo={(deed) => setDoing({ user, deed })} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </section>
        {isAdding && <UserDialog user={null} onClose={() => setAdding(false)} />}
        {doing && <UserDeed {...doing} onClose={() => setDoing(null)} />}
      </PeoplePages>
    </div>
  );
}

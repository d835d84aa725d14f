// Who sees what: the login page, or the frame with the page the address names.
import { Center, Loader } from "@mantine/core";
import { useEffect } from "react";
import { matchRoute, Route, Switch, useLocation, useRouter } from "wouter";
import { Frame } from "./components/Frame";
import { fetchAhead } from "./components/lazily";
import { Notice } from "./components/Notice";
import { useMe } from "./data/queries";
import { useServerZone } from "./data/times";
import { LiveFeed } from "./live/feed";
import * as pages from "./pages";
import { LoginPage } from "./pages/LoginPage";

/** The code of the page comes beside the answer to who is logged in, that of the others when there is time. */
function useCodeAhead(): void {
  const { parser } = useRouter();
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about where one arrived.
  useEffect(() => {
    const all = Object.values(pages);
    const isHere = ({ path }: { path: string }) => matchRoute(parser, path, location)[0];
    return fetchAhead(all.find(({ path }) => path === location) ?? all.find(isHere), all);
  }, []);
}

export function App() {
  useCodeAhead();
  const me = useMe();
  useServerZone(me.data?.time_zone);
  if (me.data) {
    return (
      <LiveFeed>
        <Frame me={me.data}>
          <Switch>
            <Route path={pages.OverviewPage.path}>
              <pages.OverviewPage />
            </Route>
            <Route path={pages.ChargePointsPage.path}>
              <pages.ChargePointsPage />
            </Route>
            <Route path={pages.ChargePointPage.path}>
              {({ identifier }) => <pages.ChargePointPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path={pages.HistoryPage.path}>
              {({ identifier }) => <pages.HistoryPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path={pages.LogPage.path}>
              {({ identifier }) => <pages.LogPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path={pages.ConfigurationPage.path}>
              {({ identifier }) => <pages.ConfigurationPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path={pages.ChargePointProfilesPage.path}>
              {({ identifier }) => <pages.ChargePointProfilesPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path={pages.AlertsPage.path}>
              <pages.AlertsPage />
            </Route>
            <Route path={pages.RulesPage.path}>
              <pages.RulesPage />
            </Route>
            <Route path={pages.RulePage.path}>
              {({ name }) => <pages.RulePage key={name} name={name} />}
            </Route>
            <Route path={pages.SilencesPage.path}>
              <pages.SilencesPage />
            </Route>
            <Route path={pages.ChannelsPage.path}>
              <pages.ChannelsPage />
            </Route>
            <Route path={pages.DeliveriesPage.path}>
              <pages.DeliveriesPage />
            </Route>
            <Route path={pages.AlertPage.path}>
              {({ id }) => <pages.AlertPage key={id} id={Number(id)} />}
            </Route>
            <Route path={pages.SessionsPage.path}>
              <pages.SessionsPage />
            </Route>
            <Route path={pages.SessionPage.path}>
              {({ id }) => <pages.SessionPage key={id} id={Number(id)} />}
            </Route>
            <Route path={pages.EnergyPage.path}>
              <pages.EnergyPage />
            </Route>
            <Route path={pages.ReservationsPage.path}>
              <pages.ReservationsPage />
            </Route>
            <Route path={pages.ProfilesPage.path}>
              <pages.ProfilesPage />
            </Route>
            <Route path={pages.ProfilePage.path}>
              {({ name }) => <pages.ProfilePage key={name} name={name} />}
            </Route>
            <Route path={pages.TagsPage.path}>
              <pages.TagsPage />
            </Route>
            <Route path={pages.SettingsPage.path}>
              <pages.SettingsPage />
            </Route>
            <Route path={pages.QuarantinePage.path}>
              <pages.QuarantinePage />
            </Route>
            <Route path={pages.StoragePage.path}>
              <pages.StoragePage />
            </Route>
            <Route path={pages.UsersPage.path}>
              <pages.UsersPage />
            </Route>
            <Route path={pages.KeysPage.path}>
              <pages.KeysPage />
            </Route>
            <Route path={pages.AuditPage.path}>
              <pages.AuditPage />
            </Route>
            <Route>
              <Notice icon="search" title="There is no such page">
                The address leads nowhere. The overview is one click on the name above.
              </Notice>
            </Route>
          </Switch>
        </Frame>
      </LiveFeed>
    );
  }
  if (me.data === null) return <LoginPage />;
  return (
    <Center mih="100vh">
      {me.isError ? (
        <Notice icon="offline" title="The server cannot be reached">
          It is tried again by itself; nothing needs to be reloaded.
        </Notice>
      ) : (
        <Loader type="dots" />
      )}
    </Center>
  );
}

// Who sees what: the login page, or the frame with the page the address names.
import { Center, Loader } from "@mantine/core";
import { Route, Switch } from "wouter";
import { Frame } from "./components/Frame";
import { Notice } from "./components/Notice";
import { useMe } from "./data/queries";
import { useServerZone } from "./data/times";
import { LiveFeed } from "./live/feed";
import { AlertPage } from "./pages/AlertPage";
import { AlertsPage } from "./pages/AlertsPage";
import { AuditPage } from "./pages/AuditPage";
import { ChannelsPage } from "./pages/ChannelsPage";
import { ChargePointPage } from "./pages/ChargePointPage";
import { ChargePointProfilesPage } from "./pages/ChargePointProfilesPage";
import { ChargePointsPage } from "./pages/ChargePointsPage";
import { ConfigurationPage } from "./pages/ConfigurationPage";
import { DeliveriesPage } from "./pages/DeliveriesPage";
import { EnergyPage } from "./pages/EnergyPage";
import { HistoryPage } from "./pages/HistoryPage";
import { KeysPage } from "./pages/KeysPage";
import { LoginPage } from "./pages/LoginPage";
import { LogPage } from "./pages/LogPage";
import { OverviewPage } from "./pages/OverviewPage";
import { ProfilePage } from "./pages/ProfilePage";
import { ProfilesPage } from "./pages/ProfilesPage";
import { QuarantinePage } from "./pages/QuarantinePage";
import { ReservationsPage } from "./pages/ReservationsPage";
import { RulePage } from "./pages/RulePage";
import { RulesPage } from "./pages/RulesPage";
import { SessionPage } from "./pages/SessionPage";
import { SessionsPage } from "./pages/SessionsPage";
import { SettingsPage } from "./pages/SettingsPage";
import { SilencesPage } from "./pages/SilencesPage";
import { StoragePage } from "./pages/StoragePage";
import { TagsPage } from "./pages/TagsPage";
import { UsersPage } from "./pages/UsersPage";

export function App() {
  const me = useMe();
  useServerZone(me.data?.time_zone);
  if (me.data) {
    return (
      <LiveFeed>
        <Frame me={me.data}>
          <Switch>
            <Route path="/">
              <OverviewPage />
            </Route>
            <Route path="/charge-points">
              <ChargePointsPage />
            </Route>
            <Route path="/charge-points/:identifier">
              {({ identifier }) => <ChargePointPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path="/charge-points/:identifier/history">
              {({ identifier }) => <HistoryPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path="/charge-points/:identifier/log">
              {({ identifier }) => <LogPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path="/charge-points/:identifier/configuration">
              {({ identifier }) => <ConfigurationPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path="/charge-points/:identifier/profiles">
              {({ identifier }) => <ChargePointProfilesPage key={identifier} identifier={identifier} />}
            </Route>
            <Route path="/alerts">
              <AlertsPage />
            </Route>
            <Route path="/alerts/rules">
              <RulesPage />
            </Route>
            <Route path="/alerts/rules/:name">{({ name }) => <RulePage key={name} name={name} />}</Route>
            <Route path="/alerts/silences">
              <SilencesPage />
            </Route>
            <Route path="/alerts/channels">
              <ChannelsPage />
            </Route>
            <Route path="/alerts/deliveries">
              <DeliveriesPage />
            </Route>
            <Route path="/alerts/:id">{({ id }) => <AlertPage key={id} id={Number(id)} />}</Route>
            <Route path="/sessions">
              <SessionsPage />
            </Route>
            <Route path="/sessions/:id">{({ id }) => <SessionPage key={id} id={Number(id)} />}</Route>
            <Route path="/energy">
              <EnergyPage />
            </Route>
            <Route path="/reservations">
              <ReservationsPage />
            </Route>
            <Route path="/profiles">
              <ProfilesPage />
            </Route>
            <Route path="/profiles/:name">{({ name }) => <ProfilePage key={name} name={name} />}</Route>
            <Route path="/tags">
              <TagsPage />
            </Route>
            <Route path="/settings">
              <SettingsPage />
            </Route>
            <Route path="/quarantine">
              <QuarantinePage />
            </Route>
            <Route path="/storage">
              <StoragePage />
            </Route>
            <Route path="/people">
              <UsersPage />
            </Route>
            <Route path="/people/keys">
              <KeysPage />
            </Route>
            <Route path="/people/audit">
              <AuditPage />
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

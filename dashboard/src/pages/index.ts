// Every page behind the login: where it is, and where its code comes from.
import { lazily } from "../components/lazily";

export const AlertPage = lazily("/alerts/:id", async () => (await import("./AlertPage")).AlertPage);
export const AlertsPage = lazily("/alerts", async () => (await import("./AlertsPage")).AlertsPage);
export const AuditPage = lazily("/people/audit", async () => (await import("./AuditPage")).AuditPage);
export const ChannelsPage = lazily(
  "/alerts/channels",
  async () => (await import("./ChannelsPage")).ChannelsPage,
);
export const ChargePointPage = lazily(
  "/charge-points/:identifier",
  async () => (await import("./ChargePointPage")).ChargePointPage,
);
export const ChargePointProfilesPage = lazily(
  "/charge-points/:identifier/profiles",
  async () => (await import("./ChargePointProfilesPage")).ChargePointProfilesPage,
);
export const ChargePointsPage = lazily(
  "/charge-points",
  async () => (await import("./ChargePointsPage")).ChargePointsPage,
);
export const ConfigurationPage = lazily(
  "/charge-points/:identifier/configuration",
  async () => (await import("./ConfigurationPage")).ConfigurationPage,
);
export const DeliveriesPage = lazily(
  "/alerts/deliveries",
  async () => (await import("./DeliveriesPage")).DeliveriesPage,
);
export const EnergyPage = lazily("/energy", async () => (await import("./EnergyPage")).EnergyPage);
export const HistoryPage = lazily(
  "/charge-points/:identifier/history",
  async () => (await import("./HistoryPage")).HistoryPage,
);
export const KeysPage = lazily("/people/keys", async () => (await import("./KeysPage")).KeysPage);
export const LogPage = lazily(
  "/charge-points/:identifier/log",
  async () => (await import("./LogPage")).LogPage,
);
export const OverviewPage = lazily("/", async () => (await import("./OverviewPage")).OverviewPage);
export const ProfilePage = lazily("/profiles/:name", async () => (await import("./ProfilePage")).ProfilePage);
export const ProfilesPage = lazily("/profiles", async () => (await import("./ProfilesPage")).ProfilesPage);
export const QuarantinePage = lazily(
  "/quarantine",
  async () => (await import("./QuarantinePage")).QuarantinePage,
);
export const ReservationsPage = lazily(
  "/reservations",
  async () => (await import("./ReservationsPage")).ReservationsPage,
);
export const RulePage = lazily("/alerts/rules/:name", async () => (await import("./RulePage")).RulePage);
export const RulesPage = lazily("/alerts/rules", async () => (await import("./RulesPage")).RulesPage);
export const SessionPage = lazily("/sessions/:id", async () => (await import("./SessionPage")).SessionPage);
export const SessionsPage = lazily("/sessions", async () => (await import("./SessionsPage")).SessionsPage);
export const SettingsPage = lazily("/settings", async () => (await import("./SettingsPage")).SettingsPage);
export const SilencesPage = lazily(
  "/alerts/silences",
  async () => (await import("./SilencesPage")).SilencesPage,
);
export const StoragePage = lazily("/storage", async () => (await import("./StoragePage")).StoragePage);
export const TagsPage = lazily("/tags", async () => (await import("./TagsPage")).TagsPage);
export const UsersPage = lazily("/people", async () => (await import("./UsersPage")).UsersPage);

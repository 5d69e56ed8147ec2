import type { RouteObject } from 'react-router';

/** The tabs of an application, each a chunk of its own; the path is the last segment of the URL. */
const tabs = {
  general: async () => ({ Component: (await import('./general/tab')).GeneralTab }),
  credentials: async () => ({ Component: (await import('./credentials/tab')).CredentialsTab }),
  users: async () => ({ Component: (await import('./users/tab')).UsersTab }),
  config: async () => ({ Component: (await import('./config/tab')).ConfigTab }),
};

export const tabRoutes: RouteObject[] = Object.entries(tabs).map(([path, lazy]) => ({ path, lazy }));

/** Loads the tabs behind the one that is open, so that changing it takes no time; what fails is tried again then. */
export function preloadTabs() {
  for (const load of Object.values(tabs)) load().catch(() => {});
}

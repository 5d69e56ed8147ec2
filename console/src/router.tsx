import { createBrowserRouter, Navigate, Outlet, type RouteObject } from 'react-router';
import { tabRoutes } from './features/applications/details/tab-routes';
import { CallbackError, CallbackPage, finishCallback } from './features/session/callback';
import { AdminFrame, requireAdmin } from './features/session/gate';
import { NotAdminPage, NotSecurePage, SetupOpenPage, SignedOutPage, SigningIn } from './features/session/notices';
import { RouteError } from './ui/route-error';
import { UnknownPath } from './ui/unknown-path';

/** Pages of a signed-in admin; every feature is a chunk of its own. */
const pages: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import('./features/overview/page')).OverviewPage }) },
  { path: 'suites', lazy: async () => ({ Component: (await import('./features/suites/list')).SuiteListPage }) },
  { path: 'suites/:id/:tab?', lazy: async () => ({ Component: (await import('./features/suites/detail')).SuitePage }) },
  { path: 'projects', lazy: async () => ({ Component: (await import('./features/projects/list')).ProjectListPage }) },
  { path: 'projects/:id', lazy: async () => ({ Component: (await import('./features/projects/detail')).ProjectPage }) },
  {
    path: 'resources',
    lazy: async () => ({ Component: (await import('./features/resources/list')).ResourceListPage }),
  },
  {
    path: 'resources/:id/:tab?',
    lazy: async () => ({ Component: (await import('./features/resources/detail')).ResourcePage }),
  },
  { path: 'roles', lazy: async () => ({ Component: (await import('./features/roles/list')).RoleListPage }) },
  {
    path: 'applications',
    lazy: async () => ({ Component: (await import('./features/applications/list')).ApplicationListPage }),
  },
  {
    path: 'applications/new',
    lazy: async () => ({ Component: (await import('./features/applications/create')).CreateApplicationPage }),
  },
  {
    path: 'applications/:id',
    children: [
      { index: true, element: <Navigate to="general" replace /> },
      {
        lazy: async () => ({ Component: (await import('./features/applications/details/page')).ApplicationPage }),
        children: tabRoutes,
      },
    ],
  },
  { path: 'users', lazy: async () => ({ Component: (await import('./features/accounts/list')).AccountListPage }) },
  { path: 'users/:id', lazy: async () => ({ Component: (await import('./features/accounts/detail')).AccountPage }) },
  { path: 'keys', lazy: async () => ({ Component: (await import('./features/keys/page')).KeysPage }) },
  { path: '*', Component: UnknownPath },
];

const routes: RouteObject[] = [
  {
    Component: Outlet,
    ErrorBoundary: RouteError,
    HydrateFallback: SigningIn,
    children: [
      { path: 'callback', loader: finishCallback, Component: CallbackPage, ErrorBoundary: CallbackError },
      { path: 'signed-out', Component: SignedOutPage },
      { path: 'not-an-admin', Component: NotAdminPage },
      { path: 'not-secure', Component: NotSecurePage },
      { path: 'set-up-open', Component: SetupOpenPage },
      {
        path: 'setup',
        lazy: async () => {
          const [{ SetupPage }, { loadSetup }] = await Promise.all([
            import('./features/setup/page'),
            import('./features/setup/load-setup'),
          ]);
          return { Component: SetupPage, loader: loadSetup };
        },
      },
      {
        loader: requireAdmin,
        Component: AdminFrame,
        // A failing page keeps the shell around it.
        children: [{ ErrorBoundary: RouteError, children: pages }],
      },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(routes, { basename: '/console' });
}

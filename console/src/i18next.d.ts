import 'i18next';
import type { en } from './texts/en';
import type accounts from './texts/en/accounts.json';
import type applicationDetails from './texts/en/application-details.json';
import type keys from './texts/en/keys.json';
import type resources from './texts/en/resources.json';
import type roles from './texts/en/roles.json';

/** Those that come with their pages. */
interface Later {
  'application-details': typeof applicationDetails;
  accounts: typeof accounts;
  keys: typeof keys;
  resources: typeof resources;
  roles: typeof roles;
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: typeof en & Later;
  }
}

import { useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { signOut } from '../../session';
import { showToast } from '../../ui/toasts';
import { useFound } from './use-found';

export interface Entry {
  id: string;
  label: string;
  /** Where an object belongs. */
  note?: string;
  /** A page to go to… */
  to?: string;
  /** …or something to do. */
  run?: () => void;
}

export interface EntryGroup {
  key: 'pages' | 'suites' | 'projects' | 'applications' | 'actions';
  entries: Entry[];
}

export interface Entries {
  groups: EntryGroup[];
  searching: boolean;
  error: Error | null;
}

/** What the palette offers for what was typed; everything but objects while nothing is. */
export function useEntries(typed: string, onHelp: () => void): Entries {
  const pages = usePages();
  const actions = useActions(onHelp);
  const found = useFound(typed);
  const words = wordsOf(typed);
  const matching = (entries: Entry[]) => entries.filter(({ label }) => beginWith(wordsOf(label), words));
  const groups: EntryGroup[] = [
    { key: 'pages', entries: matching(pages) },
    ...found.groups,
    { key: 'actions', entries: matching(actions) },
  ];
  return { ...found, groups: groups.filter((group) => group.entries.length > 0) };
}

const wordsOf = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean);

/** As the server searches: each word that was typed begins a word of the label. */
function beginWith(label: string[], typed: string[]): boolean {
  return typed.every((word) => label.some((each) => each.startsWith(word)));
}

function usePages(): Entry[] {
  const { t } = useTranslation('ui');
  return [
    { id: 'overview', label: t('nav.overview'), to: '/' },
    { id: 'suites', label: t('nav.suites'), to: '/suites' },
    { id: 'projects', label: t('nav.projects'), to: '/projects' },
    { id: 'applications', label: t('nav.applications'), to: '/applications' },
    { id: 'resources', label: t('nav.resources'), to: '/resources' },
    { id: 'roles', label: t('nav.roles'), to: '/roles' },
    { id: 'users', label: t('nav.users'), to: '/users' },
    { id: 'keys', label: t('nav.keys'), to: '/keys' },
  ];
}

function useActions(onHelp: () => void): Entry[] {
  const { t } = useTranslation('palette');
  const { t: tUi } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();

  function leave() {
    signOut().catch(() => showToast(tUi('account.signOutFailed')));
  }

  return [
    { id: 'create-application', label: t('action.createApplication'), to: '/applications/new' },
    { id: 'create-project', label: t('action.createProject'), to: '/projects?create=1' },
    { id: 'create-suite', label: t('action.createSuite'), to: '/suites?create=1' },
    { id: 'light', label: t('action.light'), run: () => setColorScheme('light') },
    { id: 'dark', label: t('action.dark'), run: () => setColorScheme('dark') },
    { id: 'auto', label: t('action.auto'), run: () => setColorScheme('auto') },
    { id: 'help', label: t('action.help'), run: onHelp },
    { id: 'sign-out', label: t('action.signOut'), run: leave },
  ];
}

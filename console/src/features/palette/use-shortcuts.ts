import { useEffect, useEffectEvent, useRef } from 'react';
import { useNavigate } from 'react-router';
import { isDialogOpen, isSingleKey } from '../../ui/single-keys';

/** After `g`. */
const places: Record<string, string> = { o: '/', s: '/suites', p: '/projects', a: '/applications', u: '/users' };
const lists = ['/suites', '/projects', '/applications', '/resources', '/roles', '/users'];
/** Milliseconds in which the second key must come. */
const pause = 1_500;

export interface ShortcutActions {
  openPalette: () => void;
  openHelp: () => void;
}

/** ⌘K or Ctrl K everywhere but in dialogs; `g` and a letter, `n` and `?` where nobody types. */
export function useShortcuts({ openPalette, openHelp }: ShortcutActions) {
  const navigate = useNavigate();
  const goUntil = useRef(0);

  const press = useEffectEvent((event: KeyboardEvent) => {
    if (isPaletteKey(event)) {
      if (isDialogOpen()) return;
      event.preventDefault();
      return openPalette();
    }
    if (!isSingleKey(event)) return;
    const place = event.timeStamp < goUntil.current ? places[event.key] : undefined;
    goUntil.current = event.key === 'g' ? event.timeStamp + pause : 0;
    const action = place === undefined ? single[event.key] : () => navigate(place);
    if (!action) return;
    event.preventDefault();
    action();
  });

  const single: Record<string, () => void> = { '?': openHelp, n: pressNew };

  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

function isPaletteKey(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
}

/** On a list the last button of the header creates. */
function pressNew() {
  const path = window.location.pathname.replace(/^\/console/, '');
  if (!lists.includes(path)) return;
  document.querySelector<HTMLElement>('main [data-page-actions] > :last-child')?.click();
}

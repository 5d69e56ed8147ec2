import { useEffect, useState } from 'react';

/** For dialogs that are rendered only while open: gives the focus back to where it was, or to the page's title. */
export function useReturnFocus() {
  const [origin] = useState(() => document.activeElement);
  useEffect(() => {
    return () => {
      setTimeout(() => {
        // A dialog that is still there (another one, or strict mode's second mount) keeps the focus.
        if (document.querySelector('[role="dialog"]')) return;
        const target =
          origin instanceof HTMLElement && origin !== document.body && origin.isConnected
            ? origin
            : document.querySelector<HTMLElement>('main h1');
        target?.focus({ preventScroll: true });
      });
    };
  }, [origin]);
}

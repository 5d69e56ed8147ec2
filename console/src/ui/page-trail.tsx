import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';

export interface Crumb {
  label: string;
  to: string;
}

export interface PageTrail {
  /** Ancestors of the page, from the top. */
  trail: Crumb[];
  /** The page or object itself. */
  current: string;
}

const TrailContext = createContext<PageTrail>({ trail: [], current: '' });
const SetTrailContext = createContext<(next: PageTrail) => void>(() => {});

export function PageTrailProvider({ productName, children }: { productName: string; children: ReactNode }) {
  const [shown, setShown] = useState<PageTrail>({ trail: [], current: '' });
  const { trail, current } = shown;
  useEffect(() => {
    document.title = [current, ...trail.map((crumb) => crumb.label).reverse(), productName].filter(Boolean).join(' · ');
  }, [trail, current, productName]);
  return (
    <SetTrailContext value={setShown}>
      <TrailContext value={shown}>{children}</TrailContext>
    </SetTrailContext>
  );
}

export function usePageTrail(): PageTrail {
  return use(TrailContext);
}

/** Tells the top bar and the document title where this page is. <PageHeader> does it for a page with a header. */
export function useSetPageTrail(current: string, trail: Crumb[]) {
  const setShown = use(SetTrailContext);
  const key = JSON.stringify(trail);
  const stable = useMemo(() => ({ current, trail: JSON.parse(key) as Crumb[] }), [current, key]);
  useEffect(() => setShown(stable), [stable, setShown]);
}

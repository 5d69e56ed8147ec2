import { Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollRestoration, useLocation } from 'react-router';
import { OfflineBanner } from './offline-banner';
import { PageTrailProvider } from './page-trail';
import classes from './shell.module.css';
import { SideBar } from './side-bar';
import { TopBar } from './top-bar';

export interface ShellProps {
  productName: string;
  issuer: string;
  admin: { name: string; email: string | null };
  /** Search and help, in the top bar. */
  tools: ReactNode;
  children: ReactNode;
}

/** Side bar, top bar and the page. */
export function Shell({ productName, issuer, admin, tools, children }: ShellProps) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  // A tab is the third segment: changing it is no new page.
  const page = pathname.split('/', 3).join('/');
  const lastPage = useRef(page);

  useEffect(() => {
    close();
    if (lastPage.current === page) return;
    lastPage.current = page;
    // The next page is announced and read from its title, unless it has put the focus somewhere itself.
    if (main.current?.contains(document.activeElement)) return;
    (main.current?.querySelector('h1') ?? main.current)?.focus({ preventScroll: true });
  }, [page, close]);

  return (
    <PageTrailProvider productName={productName}>
      <a className={classes.skip} href="#main">
        {t('skip')}
      </a>
      <div className={classes.shell}>
        <header className={classes.top}>
          <Burger
            className={classes.burger}
            size="sm"
            opened={opened}
            onClick={toggle}
            aria-label={t('nav.toggle')}
            aria-expanded={opened}
            aria-controls="side"
          />
          <TopBar issuer={issuer} admin={admin} tools={tools} />
        </header>
        <div className={classes.side} data-opened={opened || undefined} id="side">
          <SideBar productName={productName} />
        </div>
        <div className={classes.body}>
          <OfflineBanner />
          <main id="main" ref={main} tabIndex={-1} className={classes.main}>
            {children}
          </main>
        </div>
      </div>
      <ScrollRestoration />
    </PageTrailProvider>
  );
}

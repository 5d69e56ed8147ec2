import { Anchor, Code } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { AccountMenu } from './account-menu';
import { CopyButton } from './copy-button';
import { usePageTrail } from './page-trail';
import { ThemeMenu } from './theme-menu';
import classes from './top-bar.module.css';

export interface TopBarProps {
  issuer: string;
  admin: { name: string; email: string | null };
  tools: ReactNode;
}

export function TopBar({ issuer, admin, tools }: TopBarProps) {
  const { t } = useTranslation();
  const { trail, current } = usePageTrail();
  const { origin, host } = new URL(issuer);
  return (
    <>
      <nav aria-label={t('nav.breadcrumb')} className={classes.crumbs}>
        <ol>
          {trail.map((crumb) => (
            <li key={crumb.to}>
              <Anchor component={Link} to={crumb.to} size="sm">
                {crumb.label}
              </Anchor>
            </li>
          ))}
          <li aria-current="page">{current}</li>
        </ol>
      </nav>
      {tools}
      <div className={classes.issuer}>
        <Code>{host}</Code>
        <CopyButton text={origin} what={t('issuerHost')} />
      </div>
      <ThemeMenu />
      <AccountMenu admin={admin} />
    </>
  );
}

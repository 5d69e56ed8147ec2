import {
  IconApi,
  IconApps,
  IconFolder,
  IconIdBadge2,
  IconKey,
  IconLayoutDashboard,
  IconStack2,
  IconUsers,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import classes from './side-bar.module.css';

/** The pages that exist; a new page adds its line here. */
const groups = [
  { key: 'top', title: null, pages: [{ to: '/', label: 'nav.overview', icon: IconLayoutDashboard, end: true }] },
  {
    key: 'build',
    title: 'nav.build',
    pages: [
      { to: '/suites', label: 'nav.suites', icon: IconStack2, end: false },
      { to: '/projects', label: 'nav.projects', icon: IconFolder, end: false },
      { to: '/applications', label: 'nav.applications', icon: IconApps, end: false },
      { to: '/resources', label: 'nav.resources', icon: IconApi, end: false },
      { to: '/roles', label: 'nav.roles', icon: IconIdBadge2, end: false },
    ],
  },
  {
    key: 'people',
    title: 'nav.people',
    pages: [{ to: '/users', label: 'nav.users', icon: IconUsers, end: false }],
  },
  {
    key: 'security',
    title: 'nav.security',
    pages: [{ to: '/keys', label: 'nav.keys', icon: IconKey, end: false }],
  },
] as const;

export function SideBar({ productName }: { productName: string }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('nav.label')} className={classes.nav}>
      <div className={classes.product}>{productName}</div>
      {groups.map((group) => (
        <div key={group.key} className={classes.group}>
          {group.title && (
            <div id={`nav-${group.key}`} className={classes.title}>
              {t(group.title)}
            </div>
          )}
          <ul className={classes.list} aria-labelledby={group.title ? `nav-${group.key}` : undefined}>
            {group.pages.map(({ to, label, icon: Icon, end }) => (
              <li key={to}>
                <NavLink to={to} end={end} className={classes.link}>
                  <Icon size={18} stroke={1.6} aria-hidden />
                  {t(label)}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

import { useTranslation } from 'react-i18next';
import { clockTime } from '../duration';
import classes from './token.module.css';

const explained = [
  'alg',
  'typ',
  'kid',
  'iss',
  'sub',
  'aud',
  'client_id',
  'iat',
  'exp',
  'jti',
  'scope',
  'auth_time',
  'acr',
  'amr',
  'roles',
  'cnf',
  'act',
  'grant_id',
  'nonce',
  'at_hash',
  'sid',
] as const;
const times = new Set(['iat', 'exp', 'auth_time']);

export interface ClaimsTableProps {
  title: string;
  claims: Record<string, unknown>;
}

/** Claims with a few words on each; times in words beside the number. */
export function ClaimsTable({ title, claims }: ClaimsTableProps) {
  const { t, i18n } = useTranslation('application-details');

  function help(name: string): string {
    const known = explained.find((each) => each === name);
    return known ? t(`claims.${known}`) : '';
  }

  function show(name: string, value: unknown): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return times.has(name) && typeof value === 'number' ? `${text} · ${clockTime(value, i18n.language)}` : text;
  }

  return (
    <table className={classes.claims}>
      <caption>{title}</caption>
      <tbody>
        {Object.entries(claims).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={classes.value}>{show(name, value)}</td>
            <td className={classes.help}>{help(name)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { Text } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import classes from '../details.module.css';
import { Panel } from '../panel';

/** The console's own application: shown, not edited, so that nobody locks every admin out. */
export function BuiltInFacts({ application }: { application: Application }) {
  const { t } = useTranslation(['application-details', 'applications']);
  const facts: [string, string | string[]][] = [
    [t('applications:fields.name'), application.name],
    [t('general.description'), application.description],
    [t('applications:fields.suite'), application.suiteName],
    [t('applications:fields.project'), application.projectName],
    [t('applications:fields.authenticatorType'), t(`applications:types.${application.authenticatorType}.label`)],
    [t('applications:fields.redirectUrl'), application.redirectUris],
    [t('applications:fields.allowOrigins'), application.allowedOrigins],
    [t('general.postLogout'), application.postLogoutRedirectUris],
  ];
  return (
    <Panel title={t('builtIn.title')} description={t('builtIn.text')}>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>
              {[value].flat().map((line) => (
                <Text key={line} size="sm">
                  {line || '—'}
                </Text>
              ))}
              {value.length === 0 && typeof value !== 'string' && '—'}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

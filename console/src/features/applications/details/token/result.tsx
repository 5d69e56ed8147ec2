import { Stack, Title } from '@mantine/core';
import type { Application } from '@tessera/contract/applications';
import type { TokenResponse, Trace } from '@tessera/contract/lab';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CodeBlock } from '../code-block';
import { decodeJwt } from './jwt';
import classes from './token.module.css';
import { TokenView } from './token-view';
import { TraceChecks } from './trace-checks';

/** What the server answered, kept in the component only. */
export interface Issued {
  token: TokenResponse;
  /** One for each step. */
  traces: Trace[];
  /** Milliseconds, by the clock of this browser. */
  at: number;
}

export interface TokenResultProps {
  application: Application;
  issued: Issued | null;
  /** What the steps are called, where there are several. */
  steps?: string[];
}

/** The tokens, the checks they passed, and the requests a client would send. */
export function TokenResult({ application, issued, steps = [] }: TokenResultProps) {
  const { t } = useTranslation('application-details');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a narrow page the tokens stand below the form, out of sight.
    const top = box.current?.getBoundingClientRect().top ?? 0;
    if (issued && top > window.innerHeight - 160) box.current?.scrollIntoView({ block: 'start' });
  }, [issued]);
  if (!issued) return <div className={classes.waiting}>{t('token.waiting')}</div>;

  const { token, traces, at } = issued;
  const seconds = Math.floor(at / 1000);
  return (
    <Stack gap="md" ref={box}>
      <div>
        <TokenView
          title={t('token.access')}
          what={t('token.accessInSentence')}
          token={token.access_token}
          expiresAt={seconds + token.expires_in}
          note={t('token.opaqueNote')}
          open
        />
        {token.refresh_token && (
          <TokenView
            title={t('token.refresh')}
            what={t('token.refreshInSentence')}
            token={token.refresh_token}
            expiresAt={seconds + application.refreshTokenLifespan}
            note={t('token.refreshNote')}
          />
        )}
        {token.id_token && (
          <TokenView
            title={t('token.id')}
            what={t('token.idInSentence')}
            token={token.id_token}
            expiresAt={Number(decodeJwt(token.id_token)?.payload.exp) || null}
          />
        )}
      </div>
      <div>
        <Title order={3} mb={6}>
          {t('token.checks')}
        </Title>
        <TraceChecks traces={traces} titles={steps} />
      </div>
      <div>
        <Title order={3} mb={6}>
          {t('token.requests')}
        </Title>
        <Stack gap="sm">
          {traces.map((trace, index) => (
            <CodeBlock
              key={trace.curl}
              text={trace.curl}
              what={t('token.curlNamed', { n: index + 1, count: traces.length })}
              label={t('token.curl')}
            />
          ))}
        </Stack>
      </div>
    </Stack>
  );
}

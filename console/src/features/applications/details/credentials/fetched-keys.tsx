import { Button, Text } from '@mantine/core';
import type { ClientKeys } from '@tessera/contract/applications';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../../../problem';
import { ProblemAlert } from '../../../../ui/problem-alert';
import { useFetchClientKeys } from '../../queries';

export interface FetchedKeysProps {
  applicationId: string;
  /** As it stands in the form, without a fault. */
  jwksUri: string;
  disabled: boolean;
}

/** “Fetch now”: the keys that the server finds at the address, or why it finds none. Key it by the address. */
export function FetchedKeys({ applicationId, jwksUri, disabled }: FetchedKeysProps) {
  const { t } = useTranslation('application-details');
  const fetching = useFetchClientKeys(applicationId);
  const problem = fetching.error && toProblem(fetching.error);
  return (
    <div>
      <Button
        variant="default"
        size="compact-sm"
        loading={fetching.isPending}
        disabled={disabled}
        onClick={() => fetching.mutate(jwksUri)}
      >
        {t('authentication.fetch')}
      </Button>
      {problem && (
        <div style={{ marginBlockStart: 8 }}>
          <ProblemAlert problem={problem}>{problem.errors[0]?.message}</ProblemAlert>
        </div>
      )}
      <div role="status">
        {fetching.data && (
          <>
            <Text size="sm" mt={8}>
              {t('authentication.fetched', { count: fetching.data.length })}
            </Text>
            <ul style={{ margin: 0, paddingInlineStart: 20 }}>
              {[...new Set(fetching.data.map(wordsOf))].map((words) => (
                <li key={words}>
                  <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
                    {words}
                  </Text>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

/** What tells a key apart, such as “EC · P-256 · ES256 · sig · 2026-10-a”. */
function wordsOf({ kty, crv, alg, use, kid }: ClientKeys['keys'][number]): string {
  return [kty, crv, alg, use, kid].filter(Boolean).join(' · ');
}

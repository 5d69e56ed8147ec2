import { Checkbox, Code, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { QueryIn } from '@tessera/contract/routes';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../problem';
import { ProblemAlert } from '../../ui/problem-alert';
import { scopeListQuery } from './queries';
import classes from './scope-checks.module.css';
import { type ChoosableScope, type ScopeChoice, scopeLabel } from './use-scope-choice';
import '../../texts/resources';

export interface ScopeChecksProps {
  label: string;
  description?: string;
  /** Whose scopes are offered. */
  within: Pick<QueryIn<'listScopes'>, 'suiteId' | 'projectId' | 'exceptProjectId'>;
  choice: ScopeChoice;
  /** Labels of the chosen scopes; those that `isOffered` refuses are left alone. */
  value: string[];
  onChange: (value: string[]) => void;
  isOffered?: (scope: ChoosableScope) => boolean;
  id?: string;
  error?: string | undefined;
}

/** Scopes as check boxes, one group a resource; with many of them the server searches. */
export function ScopeChecks(props: ScopeChecksProps) {
  const { t } = useTranslation('resources');
  const { choice, value, isOffered = () => true } = props;
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 300);
  const query = useQuery(scopeListQuery({ ...props.within, ...(q && { q }), limit: 100 }));
  const labelId = useId();
  const found = query.data?.items ?? [];
  choice.see(found);
  const chosen = value.flatMap((label) => choice.find(label) ?? []).filter(isOffered);
  // What is chosen stays in sight, although it may not be among the first hundred.
  const scopes = q ? found : [...chosen.filter(({ id }) => !found.some((scope) => scope.id === id)), ...found];
  const total = query.data?.total ?? 0;

  function set(scope: ChoosableScope, checked: boolean) {
    const label = scopeLabel(scope);
    props.onChange(checked ? [...value, label].sort() : value.filter((one) => one !== label));
  }

  return (
    // biome-ignore-start lint/a11y/useSemanticElements: each resource inside is a fieldset of its own
    <div id={props.id} role="group" aria-labelledby={labelId}>
      <Text id={labelId} size="sm" fw={600}>
        {props.label}
      </Text>
      {props.description && (
        <Text size="xs" c="dimmed">
          {props.description}
        </Text>
      )}
      <Text size="xs" c="dimmed" role="status" mb={4}>
        {t('pick.count', { count: chosen.length })}
      </Text>
      {(total > 8 || typed) && (
        <TextInput
          aria-label={t('pick.search')}
          placeholder={t('pick.search')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          mb={4}
        />
      )}
      {query.error && <ProblemAlert problem={toProblem(query.error)} />}
      {query.data && (
        <div className={classes.box}>
          {byResource(scopes).map(([first, ...others]) => (
            <fieldset key={first.resourceId} className={classes.group}>
              <legend>
                <strong>{first.resourceName}</strong> <span className={classes.identifier}>{first.identifier}</span>
              </legend>
              <Stack gap={6}>
                {[first, ...others].map((scope) => (
                  <Checkbox
                    key={scope.id}
                    size="sm"
                    checked={value.includes(scopeLabel(scope))}
                    onChange={(event) => set(scope, event.currentTarget.checked)}
                    label={
                      <>
                        <Code>{scope.name}</Code> {scope.description}
                      </>
                    }
                  />
                ))}
              </Stack>
            </fieldset>
          ))}
          {scopes.length === 0 && (
            <Text size="sm" c="dimmed">
              {t(q ? 'pick.none' : 'pick.empty')}
            </Text>
          )}
        </div>
      )}
      {total > found.length && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('pick.more', { shown: found.length, total })}
        </Text>
      )}
      {props.error && (
        <Text size="xs" c="var(--mantine-color-error)" mt={4}>
          {props.error}
        </Text>
      )}
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: see above
  );
}

/** In the order in which the resources come up. */
function byResource(scopes: ChoosableScope[]): [ChoosableScope, ...ChoosableScope[]][] {
  const groups = new Map<string, [ChoosableScope, ...ChoosableScope[]]>();
  for (const scope of scopes) {
    const group = groups.get(scope.resourceId);
    if (group) group.push(scope);
    else groups.set(scope.resourceId, [scope]);
  }
  return [...groups.values()];
}

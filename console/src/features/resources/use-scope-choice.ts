import type { Scope } from '@tessera/contract/resources';
import { useRef } from 'react';

/** What a choice among scopes needs to know of each. */
export type ChoosableScope = Pick<Scope, 'id' | 'name' | 'resourceId' | 'resourceName' | 'identifier'> &
  Partial<Pick<Scope, 'description' | 'projectId'>>;

/** A scope as a form keeps it and a person reads it in a list of differences; unique in a suite. */
export const scopeLabel = ({ name, identifier }: Pick<Scope, 'name' | 'identifier'>) => `${name} (${identifier})`;

export interface ScopeChoice {
  /** Takes scopes in whose labels may be chosen. */
  see: (scopes: readonly ChoosableScope[]) => void;
  find: (label: string) => ChoosableScope | undefined;
  idsOf: (labels: readonly string[]) => string[];
}

/** The scopes that were seen, by label, so that a form can send their ids. */
export function useScopeChoice(initial: readonly ChoosableScope[]): ScopeChoice {
  const known = useRef<Map<string, ChoosableScope>>(undefined);
  known.current ??= new Map(initial.map((scope) => [scopeLabel(scope), scope]));
  const map = known.current;
  return {
    see: (scopes) => {
      for (const scope of scopes) map.set(scopeLabel(scope), scope);
    },
    find: (label) => map.get(label),
    idsOf: (labels) => labels.flatMap((label) => map.get(label)?.id ?? []),
  };
}

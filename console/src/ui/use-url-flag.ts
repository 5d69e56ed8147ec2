import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** A switch kept in the URL, such as the Create dialog of a list (`?create=1`): links open it and Back closes it. */
export function useUrlFlag(name: string): [on: boolean, set: (on: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (on: boolean) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          if (on) next.set(name, '1');
          else next.delete(name);
          return next;
        },
        // Closing leaves no entry behind that would open it again.
        { replace: !on, preventScrollReset: true },
      ),
    [name, setParams],
  );
  return [params.has(name), set];
}

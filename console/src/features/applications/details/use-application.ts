import type { Application } from '@tessera/contract/applications';
import { useOutletContext } from 'react-router';

/** The application of the page, for its tabs. */
export function useApplication(): Application {
  return useOutletContext<Application>();
}

import { replace } from 'react-router';
import { call } from '../../api';
import { type ApiProblem, isProblemCode, toProblem } from '../../problem';
import { forgetServer, getServer } from '../../server';

export type SetupState =
  | { kind: 'ready'; setupToken: string }
  | { kind: 'wrong' }
  | { kind: 'failed'; problem: ApiProblem };

// In memory only: after a reload the link of the terminal is needed again.
let setupToken = '';

/** Takes the token of the one-time link out of the address bar and asks the server whether it is good. */
export async function loadSetup(): Promise<SetupState> {
  const given = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (given) {
    setupToken = given;
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }
  try {
    const { setupOpen } = await getServer();
    if (!setupOpen) throw replace('/');
    if (!setupToken) throw replace('/set-up-open');
    await call('checkSetup', { body: { setupToken } });
    return { kind: 'ready', setupToken };
  } catch (error) {
    if (error instanceof Response) throw error;
    if (isProblemCode(error, 'setup_link_invalid', 'validation_failed')) return { kind: 'wrong' };
    if (isProblemCode(error, 'setup_closed')) {
      forgetServer();
      throw replace('/');
    }
    // Shown in the page: the error page's reload would lose the token.
    return { kind: 'failed', problem: toProblem(error) };
  }
}

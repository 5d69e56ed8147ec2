import { useSuspenseQuery } from '@tanstack/react-query';
import type { Me } from '@tessera/contract/session';
import { type LoaderFunctionArgs, Outlet, replace, useLoaderData } from 'react-router';
import { queryClient } from '../../api';
import { isProblemCode } from '../../problem';
import { getServer } from '../../server';
import { getSessionState } from '../../session';
import { beginSignIn } from '../../sign-in';
import { Shell } from '../../ui/shell';
import { ShellTools } from '../palette/shell-tools';
import { meQuery } from './queries';
import { SessionEndedDialog } from './session-ended-dialog';
import { StepUpDialog } from './step-up-dialog';

/** Lets a signed-in admin in; sends anybody else to where they can become one. */
export async function requireAdmin({ request }: LoaderFunctionArgs): Promise<Me> {
  if (getSessionState() === 'none') {
    const server = await getServer();
    if (server.setupOpen) throw replace('/set-up-open');
    if (!window.isSecureContext) throw replace('/not-secure');
    const { pathname, search } = new URL(request.url);
    await beginSignIn({ returnTo: pathname.replace(/^\/console/, '') + search || '/' });
    // The browser is leaving; nothing may be drawn in between.
    return new Promise(() => {});
  }
  try {
    return await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (isProblemCode(error, 'forbidden_role')) throw replace('/not-an-admin');
    throw error;
  }
}

/** Frame of every page of a signed-in admin. */
export function AdminFrame() {
  const loaded = useLoaderData<Me>();
  const { data: me } = useSuspenseQuery({ ...meQuery, initialData: loaded });
  return (
    <>
      <Shell productName={me.productName} issuer={me.consoleIssuer} admin={me} tools={<ShellTools />}>
        <Outlet />
      </Shell>
      <SessionEndedDialog />
      <StepUpDialog />
    </>
  );
}

import { Stack } from '@mantine/core';
import type { ApplicationUser } from '@tessera/contract/accounts';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { TokenCard } from '../token/card';
import { useApplication } from '../use-application';
import { AddUserDialog } from './add-user-dialog';
import { CreateUserDrawer, type NewUser } from './create-user-drawer';
import { CreatedUserCard } from './created-user-card';
import { RemoveUserDialog } from './remove-user-dialog';
import { RolesDialog } from './roles-dialog';
import { SignOutUserDialog } from './sign-out-user-dialog';
import { UsersTable } from './users-table';

/** Application Users: the token generator on top, and who may use the application. */
export function UsersTab() {
  const application = useApplication();
  const [params, setParams] = useSearchParams();
  const [givenEmail, setGivenEmail] = useState('');
  // A new number starts the token card over with the e-mail.
  const [wanted, setWanted] = useState({ email: '', turn: 0 });
  const [adding, setAdding] = useState(false);
  const [assigning, setAssigning] = useState<ApplicationUser | null>(null);
  const [signingOut, setSigningOut] = useState<ApplicationUser | null>(null);
  const [removing, setRemoving] = useState<ApplicationUser | null>(null);
  const [created, setCreated] = useState<NewUser | null>(null);
  const isCreating = params.get('create') === '1';

  /** The drawer stands in the URL, so that a link opens it and Back closes it. */
  function showCreate(open: boolean, email = '') {
    setGivenEmail(email);
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (open) next.set('create', '1');
        else next.delete('create');
        return next;
      },
      { replace: !open, preventScrollReset: true },
    );
  }

  function generateToken(email: string) {
    setCreated(null);
    setWanted(({ turn }) => ({ email, turn: turn + 1 }));
  }

  function onCreated(user: NewUser) {
    // Asked for by the token card, which is waiting for this user.
    if (givenEmail) generateToken(user.email);
    setCreated(user);
  }

  return (
    <Stack gap="lg">
      <TokenCard
        key={`${application.authenticatorType} ${wanted.turn}`}
        application={application}
        email={wanted.email}
        onCreateUser={(email) => showCreate(true, email)}
      />
      {created && !isCreating && (
        <CreatedUserCard
          application={application}
          user={created}
          onClose={() => setCreated(null)}
          onCreateAnother={() => showCreate(true)}
          onGenerateToken={() => generateToken(created.email)}
        />
      )}
      <UsersTable
        application={application}
        onCreate={() => showCreate(true)}
        onAdd={() => setAdding(true)}
        onRoles={setAssigning}
        onSignOut={setSigningOut}
        onRemove={setRemoving}
        onGenerateToken={(user) => generateToken(user.email)}
      />
      {isCreating && (
        <CreateUserDrawer
          application={application}
          email={givenEmail}
          onCreated={onCreated}
          onClose={() => showCreate(false)}
        />
      )}
      {adding && <AddUserDialog application={application} onClose={() => setAdding(false)} />}
      {assigning && <RolesDialog application={application} user={assigning} onClose={() => setAssigning(null)} />}
      {signingOut && (
        <SignOutUserDialog application={application} user={signingOut} onClose={() => setSigningOut(null)} />
      )}
      {removing && <RemoveUserDialog application={application} user={removing} onClose={() => setRemoving(null)} />}
    </Stack>
  );
}

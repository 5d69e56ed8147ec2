import { Loader, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '@tessera/contract/roles';
import { useTranslation } from 'react-i18next';
import { QueryGate } from '../../ui/query-gate';
import { roleQuery } from './queries';
import { RoleForm, type RoleFormProps } from './role-form';

export interface RoleDialogProps extends Omit<RoleFormProps, 'role'> {
  /** The role to edit; without it the dialog creates one. */
  role?: Role;
}

/** Create or edit a role; to edit it, its scopes are read first. Rendered only while open. */
export function RoleDialog({ role, ...props }: RoleDialogProps) {
  return role ? <EditRole {...props} role={role} /> : <RoleForm {...props} />;
}

function EditRole({ role, ...props }: RoleDialogProps & { role: Role }) {
  const { t } = useTranslation(['roles', 'ui']);
  // Asked anew: the form shows what it will replace.
  const query = useQuery({ ...roleQuery(role.id), staleTime: 0, gcTime: 0 });
  if (query.data) return <RoleForm {...props} role={query.data} />;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('edit', { name: role.name })}
      closeButtonProps={{ 'aria-label': t('ui:dialog.close') }}
    >
      <QueryGate query={query}>{() => <Loader size={16} />}</QueryGate>
    </Modal>
  );
}

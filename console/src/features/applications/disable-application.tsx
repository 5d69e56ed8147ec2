import type { Application } from '@tessera/contract/applications';
import { lifespanInWords } from '@tessera/contract/lifespan';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { useSetStatus } from './use-set-status';

export interface DisableApplicationProps {
  application: Application;
  onClose: () => void;
}

/** Asks first: refresh tokens end at once, and enabling does not bring them back (domain rule 9). */
export function DisableApplication({ application, onClose }: DisableApplicationProps) {
  const { t } = useTranslation('applications');
  const setStatus = useSetStatus();
  const { name } = application;
  return (
    <ConfirmDialog
      title={t('disable.title', { name })}
      confirmLabel={t('disable.confirm')}
      onConfirm={() => setStatus.change(application, 'disabled')}
      onClose={onClose}
    >
      {t('disable.effect', { span: lifespanInWords(application.accessTokenLifespan) })}
    </ConfirmDialog>
  );
}

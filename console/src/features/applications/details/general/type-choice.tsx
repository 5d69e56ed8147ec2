import type { Application, AuthenticatorType, TypeChange } from '@tessera/contract/applications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../../../api';
import { type ApiProblem, toProblem } from '../../../../problem';
import { ConfirmDialog } from '../../../../ui/confirm-dialog';
import { ProblemAlert } from '../../../../ui/problem-alert';
import type { Form } from '../../../../ui/use-form';
import { TypeCards } from '../../fields/type-cards';
import { typeChangeQuery } from '../../queries';
import type { GeneralValues } from './general-values';
import { TypeEffects } from './type-effects';

export interface TypeChoiceProps {
  application: Application;
  form: Form<GeneralValues>;
}

/** **Authenticator Type**; another one than the saved is chosen only after its effects were shown (domain rule 2). */
export function TypeChoice({ application, form }: TypeChoiceProps) {
  const { t } = useTranslation(['application-details', 'applications']);
  const [asking, setAsking] = useState(false);
  const [effects, setEffects] = useState<TypeChange | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);

  async function choose(to: AuthenticatorType) {
    setProblem(null);
    if (to === application.authenticatorType) return form.set('authenticatorType', to);
    setAsking(true);
    try {
      setEffects(await queryClient.fetchQuery(typeChangeQuery(application.id, to)));
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setAsking(false);
    }
  }

  async function confirm(to: AuthenticatorType) {
    form.set('authenticatorType', to);
  }

  return (
    <>
      <TypeCards {...form.choice('authenticatorType')} onChange={choose} disabled={asking} />
      {problem && <ProblemAlert problem={problem} />}
      {effects && (
        <ConfirmDialog
          title={t('typeChange.title')}
          confirmLabel={t('typeChange.confirm')}
          harmless
          onConfirm={() => confirm(effects.to)}
          onClose={() => setEffects(null)}
        >
          <TypeEffects effects={effects} hasRedirectUrl={form.values.redirectUris.length > 0} />
        </ConfirmDialog>
      )}
    </>
  );
}

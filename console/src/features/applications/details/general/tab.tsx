import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiAccess } from '../../api-access';
import { NewSecret } from '../../new-secret';
import classes from '../details.module.css';
import { useApplication } from '../use-application';
import { useApplicationForm } from '../use-application-form';
import { BuiltInFacts } from './built-in-facts';
import { CheckOriginCard } from './check-origin-card';
import { CreatedBanner } from './created-banner';
import { EndpointsCard } from './endpoints-card';
import { GeneralForm } from './general-form';
import { checkGeneral, generalLabels, toGeneralFields, toGeneralValues } from './general-values';
import { LogoutDeliveries } from './logout-deliveries';

/** General: what the application is, beside its endpoints and a check of an origin. */
export function GeneralTab() {
  const { t } = useTranslation(['application-details', 'applications']);
  const { t: tApplications } = useTranslation('applications');
  const { t: tDetails } = useTranslation('application-details');
  const application = useApplication();
  const [secret, setSecret] = useState<string | null>(null);
  const { form, conflictActions } = useApplicationForm(application, {
    labels: generalLabels(t, tDetails),
    required: ['name', 'projectId', 'authenticatorType'],
    check: (values) => checkGeneral(values, tApplications, tDetails),
    toValues: toGeneralValues,
    toFields: toGeneralFields,
    onSaved: ({ clientSecret }) => clientSecret && setSecret(clientSecret),
  });

  return (
    <>
      <CreatedBanner application={application} />
      <div className={classes.columns}>
        {application.builtIn ? (
          <BuiltInFacts application={application} />
        ) : (
          <GeneralForm application={application} form={form} conflictActions={conflictActions} />
        )}
        <div className={classes.side}>
          <ApiAccess application={application} />
          <EndpointsCard application={application} />
          <CheckOriginCard origins={form.values.allowedOrigins} saved={application.allowedOrigins} />
        </div>
      </div>
      <div className={classes.below}>
        <LogoutDeliveries application={application} />
      </div>
      {secret && <NewSecret application={application} secret={secret} onClose={() => setSecret(null)} />}
    </>
  );
}

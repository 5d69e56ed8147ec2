import { Select, Textarea, TextInput } from '@mantine/core';
import type { Account } from '@tessera/contract/accounts';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../api';
import { ConflictActions } from '../../ui/conflict-actions';
import { Form } from '../../ui/form';
import { SaveBar } from '../../ui/save-bar';
import { useForm } from '../../ui/use-form';
import { HintedSwitch } from '../applications/details/general/hinted-switch';
import { Panel } from '../applications/details/panel';
import {
  checkProfile,
  type PlaceName,
  profileLabels,
  serverFields,
  toAccountFields,
  toProfileValues,
} from './profile-values';
import { accountQuery, useUpdateAccount } from './queries';

const places: PlaceName[] = ['streetAddress', 'locality', 'region', 'postalCode', 'country'];

/** Everything that applications may learn about a person (OpenID Connect Core §5.1). */
export function ProfileForm({ account }: { account: Account }) {
  const { t } = useTranslation('accounts');
  const update = useUpdateAccount();
  const version = useRef(account.version);
  const labels = profileLabels(t);
  const form = useForm({
    initial: toProfileValues(account),
    labels,
    required: ['firstName', 'email'],
    check: (values) => checkProfile(values, t),
    send: (values) => update.mutateAsync({ id: account.id, version: version.current, body: toAccountFields(values) }),
    toValues: toProfileValues,
    onSaved: (saved) => {
      version.current = saved.version;
    },
    pathOf: (field) => serverFields[field] ?? field,
    problemFields: { email_taken: 'email' },
  });

  /** Nobody has verified a new address yet. */
  function changeEmail(email: string) {
    form.set('email', email);
    form.set('emailVerified', email.trim() === account.email && account.emailVerified);
  }

  const url = { type: 'url', autoComplete: 'off', spellCheck: false, placeholder: 'https://' } as const;

  return (
    <Form
      form={form}
      problemActions={
        <ConflictActions
          form={form}
          labels={labels}
          read={() => queryClient.fetchQuery({ ...accountQuery(account.id), staleTime: 0 })}
          toValues={toProfileValues}
          onVersion={(next) => {
            version.current = next;
          }}
        />
      }
    >
      <Panel title={t('panel.profile')} description={t('panel.profileText')}>
        <TextInput {...form.text('firstName')} autoComplete="off" />
        <TextInput {...form.text('lastName')} autoComplete="off" />
        <TextInput {...form.text('middleName')} autoComplete="off" />
        <TextInput {...form.text('nickname')} autoComplete="off" />
        <TextInput {...form.text('preferredUsername')} autoComplete="off" />
        <TextInput {...form.text('gender')} autoComplete="off" />
        <TextInput {...form.text('birthdate')} description={t('hint.birthdate')} autoComplete="off" />
        <Select
          {...form.choice('zoneinfo')}
          value={form.values.zoneinfo || null}
          onChange={(zone) => form.set('zoneinfo', zone ?? '')}
          data={zonesWith(form.values.zoneinfo)}
          searchable
          clearable
          limit={200}
          nothingFoundMessage={t('hint.noZone')}
        />
        <TextInput {...form.text('locale')} description={t('hint.locale')} autoComplete="off" />
        <TextInput {...form.text('profile')} {...url} description={t('hint.profile')} />
        <TextInput {...form.text('picture')} {...url} />
        <TextInput {...form.text('website')} {...url} />
      </Panel>
      <Panel title={t('panel.contact')}>
        <TextInput
          {...form.text('email')}
          onChange={(event) => changeEmail(event.currentTarget.value)}
          type="email"
          autoComplete="off"
          description={t('hint.email')}
        />
        <HintedSwitch {...form.toggle('emailVerified')} hint={t('hint.emailVerified')} />
        <TextInput {...form.text('phoneNumber')} description={t('hint.phoneNumber')} type="tel" autoComplete="off" />
        {form.values.phoneNumber.trim() !== '' && (
          <HintedSwitch {...form.toggle('phoneNumberVerified')} hint={t('hint.phoneNumberVerified')} />
        )}
      </Panel>
      <Panel title={t('panel.address')}>
        <Textarea {...form.text('formatted')} description={t('hint.formatted')} autosize minRows={2} maxRows={6} />
        {places.map((name) => (
          <TextInput key={name} {...form.text(name)} autoComplete="off" />
        ))}
      </Panel>
      <SaveBar form={form} />
    </Form>
  );
}

/** The time zones of this browser, and the one that is set. */
function zonesWith(zone: string): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zone === '' || zones.includes(zone) ? zones : [zone, ...zones];
}

import type { Application, ApplicationWithSecret, UpdateApplication } from '@tessera/contract/applications';
import { type ReactNode, useEffect, useRef } from 'react';
import { queryClient } from '../../../api';
import { ConflictActions } from '../../../ui/conflict-actions';
import { type Faults, type Form, useForm } from '../../../ui/use-form';
import { applicationQuery, useUpdateApplication } from '../queries';

export interface ApplicationFormOptions<V extends object> {
  labels: { [name in keyof V & string]: string };
  required?: readonly (keyof V & string)[];
  check: (values: V) => Faults;
  toValues: (application: Application) => V;
  /** The fields of the API that the values stand for. */
  toFields: (values: V) => UpdateApplication;
  onSaved?: (answer: ApplicationWithSecret) => void;
  /** Path of a field in this form, of one that the server names otherwise. */
  pathOf?: (serverField: string) => string;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Only what differs, so that a save leaves alone what others changed beside it. */
function changeBetween(before: UpdateApplication, after: UpdateApplication): UpdateApplication {
  const known = new Map<string, unknown>(Object.entries(before));
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !same(known.get(name), value)));
}

/**
 * A form over some fields of an application. While nothing is typed it follows the application; a change of others to
 * the same fields makes the save a 412, for which `conflictActions` offers the ways out.
 */
export function useApplicationForm<V extends object>(
  application: Application,
  options: ApplicationFormOptions<V>,
): { form: Form<V>; conflictActions: ReactNode } {
  const { toValues, toFields, labels } = options;
  const update = useUpdateApplication();
  // What the form was filled from; read by a save in the tick in which a conflict is settled.
  const base = useRef(toValues(application));
  const version = useRef(application.version);

  const form = useForm<V, ApplicationWithSecret>({
    initial: base.current,
    labels,
    ...(options.required && { required: options.required }),
    ...(options.pathOf && { pathOf: options.pathOf }),
    check: options.check,
    send: (values) =>
      update.mutateAsync({
        id: application.id,
        version: version.current,
        body: changeBetween(toFields(base.current), toFields(values)),
      }),
    toValues,
    onSaved: (answer) => {
      base.current = toValues(answer);
      version.current = answer.version;
      options.onSaved?.(answer);
    },
    ...('name' in labels && { problemFields: { name_taken: 'name' as keyof V & string } }),
  });

  function fill(values: V) {
    base.current = values;
    form.reset(values);
  }

  useEffect(() => {
    if (application.version <= version.current || form.phase === 'saving') return;
    const values = toValues(application);
    if (form.dirty && !same(values, base.current)) return;
    version.current = application.version;
    if (!form.dirty) fill(values);
  });

  const conflictActions = (
    <ConflictActions
      form={{ ...form, reset: fill }}
      labels={labels}
      read={() => queryClient.fetchQuery({ ...applicationQuery(application.id), staleTime: 0 })}
      toValues={toValues}
      onVersion={(next) => {
        version.current = next;
      }}
    />
  );
  return { form: form as Form<V>, conflictActions };
}

import type { ProblemCode } from '@tessera/contract/problems';
import { type ChangeEvent, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '../problem';
import { afterPress } from './after-press';
import { announce } from './live-region';

/** Path of a field (`name`, `redirectUris.0`) → what is wrong with it; undefined is fine. */
export type Faults = Record<string, string | undefined>;
type FoundFaults = Record<string, string>;

export interface FormOptions<V extends object, R> {
  /** Read once; key the component by the object's id to start over. */
  initial: V;
  /** Shown in place of `initial` and counted as unsaved, such as what a refresh has kept. Read once. */
  draft?: V | null;
  /** Label of every field, in the order of the page; the summary of faults uses both. */
  labels: { [name in keyof V & string]: string };
  required?: readonly (keyof V & string)[];
  check?: (values: V) => Faults;
  send: (values: V) => Promise<R>;
  /** Runs when the form is no longer dirty, so it may navigate. */
  onSaved?: (answer: R) => void;
  /** The values as the server kept them; without it the values that were sent become the saved ones. */
  toValues?: (answer: R) => V;
  /** Path of a field in this form, of one that the server names otherwise. */
  pathOf?: (serverField: string) => string;
  /** Problems without `errors` that belong to one field, such as `{ name_taken: 'name' }`. */
  problemFields?: { [code in ProblemCode]?: keyof V & string };
}

const rootOf = (path: string) => path.split('.', 1)[0] ?? path;
const found = (faults: Faults) =>
  Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault)) as FoundFaults;
const sameValues = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export type Form<V extends object> = ReturnType<typeof useForm<V, unknown>>;
/** What the parts around the fields need of a form, whatever its values are. */
export type AnyForm = Pick<
  Form<Record<string, unknown>>,
  'dirty' | 'phase' | 'problem' | 'attention' | 'submit' | 'discard' | 'isDirty' | 'focusField'
>;

/** Values, faults and saving of one form. Faults show on blur, then live; after a submit all of them. */
export function useForm<V extends object, R>(options: FormOptions<V, R>) {
  type Name = keyof V & string;
  const { t } = useTranslation();
  const formId = useId();
  const [values, setValues] = useState(options.draft ?? options.initial);
  const [saved, setSaved] = useState(options.initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [serverFaults, setServerFaults] = useState<FoundFaults>({});
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [phase, setPhase] = useState<'editing' | 'saving' | 'saved'>('editing');

  const check = (checked: V) => found(options.check?.(checked) ?? {});
  const all = { ...serverFaults, ...check(values) };
  const shown = Object.fromEntries(
    Object.entries(all).filter(([path]) => submitted || touched.has(rootOf(path)) || path in serverFaults),
  );
  const dirty = !sameValues(values, saved);
  // Read by the leave guard in the same tick in which a save navigates away.
  const latest = useRef({ values, dirty });
  latest.current = { values, dirty };

  const names = Object.keys(options.labels) as Name[];
  const position = (path: string) => names.indexOf(rootOf(path) as Name);
  const attention = (submitted ? Object.keys(shown) : [])
    .sort((a, b) => position(a) - position(b))
    .map((path) => ({ path, label: options.labels[rootOf(path) as Name] ?? path, fault: shown[path] ?? '' }));

  const fieldId = (path: string) => `${formId}-${path}`;

  function focusField(path: string) {
    const element = document.getElementById(fieldId(path)) ?? document.getElementById(fieldId(rootOf(path)));
    const target = element?.matches('input, textarea, button, select')
      ? element
      : element?.querySelector<HTMLElement>('input, textarea, button, select');
    target?.focus();
  }

  function set<N extends Name>(name: N, value: V[N]) {
    setValues((current) => ({ ...current, [name]: value }));
    setServerFaults((current) => Object.fromEntries(Object.entries(current).filter(([path]) => rootOf(path) !== name)));
    setPhase((current) => (current === 'saved' ? 'editing' : current));
  }

  function touch(name: Name) {
    setTouched((current) => (current.has(name) ? current : new Set(current).add(name)));
  }

  function start(next: V) {
    latest.current = { values: next, dirty: false };
    setValues(next);
    setSaved(next);
    setTouched(new Set());
    setSubmitted(false);
    setServerFaults({});
    setProblem(null);
  }

  function faultsOf(thrown: ApiProblem): FoundFaults {
    const faults: FoundFaults = {};
    for (const { field, message } of thrown.errors) {
      const path = options.pathOf?.(field) ?? field;
      if (position(path) >= 0) faults[path] ??= message;
    }
    const name = options.problemFields?.[thrown.code as ProblemCode];
    if (name) faults[name] ??= thrown.detail;
    return faults;
  }

  const firstOf = (faults: FoundFaults) => Object.keys(faults).sort((a, b) => position(a) - position(b))[0];

  async function submit() {
    if (phase === 'saving') return;
    const sent = latest.current.values;
    const first = firstOf(check(sent));
    flushSync(() => {
      setSubmitted(true);
      setProblem(null);
      setServerFaults({});
    });
    if (first !== undefined) return focusField(first);
    setPhase('saving');
    try {
      const answer = await options.send(sent);
      const kept = options.toValues?.(answer) ?? sent;
      // What was typed while the answer was on its way stays, unsaved.
      if (latest.current.values === sent) start(kept);
      else setSaved(kept);
      setPhase('saved');
      announce(t('form.saved'));
      options.onSaved?.(answer);
    } catch (error) {
      const thrown = toProblem(error);
      const faults = faultsOf(thrown);
      const bad = firstOf(faults);
      flushSync(() => {
        setPhase('editing');
        setServerFaults(faults);
        // Faults that belong to no field of this form stay visible above it.
        if (bad === undefined || Object.keys(faults).length < thrown.errors.length) setProblem(thrown);
      });
      if (bad !== undefined) focusField(bad);
    }
  }

  function common(name: Name) {
    const required = options.required?.includes(name) ?? false;
    return {
      id: fieldId(name),
      label: options.labels[name],
      error: shown[name],
      onBlur: () => afterPress(() => touch(name)),
      ...(required && { required, withAsterisk: false, labelProps: { 'data-required-text': t('form.required') } }),
    };
  }

  return {
    values,
    set,
    dirty,
    phase,
    problem,
    /** Faults to list above the form, in the order of the page; empty before the first submit. */
    attention,
    submit,
    discard: () => start(saved),
    /** Takes new values as the saved ones, such as after Reload. */
    reset: start,
    isDirty: () => latest.current.dirty,
    focusField,
    fieldId,
    /** Visible fault of a path, for controls that have no `error` of their own. */
    fault: (path: string): string | undefined => shown[path],
    /** Props of an input whose change is an event: TextInput, PasswordInput, Textarea. */
    text: (name: Name) => ({
      ...common(name),
      value: values[name] as string,
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
        set(name, event.currentTarget.value as V[Name]),
    }),
    /** Props of a control whose change is the value: Select, SearchSelect, Radio.Group, NumberInput. */
    choice: <N extends Name>(name: N) => ({
      ...common(name),
      value: values[name],
      onChange: (value: V[N]) => set(name, value),
    }),
    /** Props of a Switch or Checkbox. */
    toggle: (name: Name) => ({
      id: fieldId(name),
      label: options.labels[name],
      error: shown[name],
      checked: values[name] as boolean,
      onChange: (event: ChangeEvent<HTMLInputElement>) => set(name, event.currentTarget.checked as V[Name]),
    }),
    /** Props of StringListInput, with the fault of every entry. */
    strings: (name: Name) => ({
      ...common(name),
      values: values[name] as string[],
      onChange: (next: string[]) => set(name, next as V[Name]),
      faults: entryFaults(shown, name),
    }),
  };
}

function entryFaults(faults: FoundFaults, name: string): Record<number, string> {
  const entries = Object.entries(faults).filter(([path]) => path.startsWith(`${name}.`));
  return Object.fromEntries(entries.map(([path, fault]) => [Number(path.slice(name.length + 1)), fault]));
}

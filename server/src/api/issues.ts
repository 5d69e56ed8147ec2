import type { FieldCode, FieldError } from '@tessera/contract/problems';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const maxErrors = 100;

/** Says which fields a schema refused, one error a field; `input` is what was sent. */
export function readIssues(issues: readonly Issue[], input: unknown): FieldError[] {
  const errors = new Map<string, FieldError>();
  for (const error of issues.flatMap((issue) => errorsOf(issue, input)))
    if (!errors.has(error.field)) errors.set(error.field, error);
  return [...errors.values()].slice(0, maxErrors);
}

function errorsOf(issue: Issue, input: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.').slice(0, 200),
      code: 'unknown_field',
      message: 'Unknown field.',
    }));
  if (issue.code === 'invalid_union') {
    // Of several shapes, the one meant is the first in which every key that was sent has a place.
    const meant =
      issue.errors.find((branch) => !branch.some((one) => one.code === 'unrecognized_keys')) ?? issue.errors[0] ?? [];
    return meant.flatMap((one) => errorsOf(one, input));
  }
  const code = codeOf(issue, input);
  const message =
    code === 'required' && issue.message.startsWith('Invalid input') ? 'This field is required.' : issue.message;
  return [{ field: issue.path.join('.'), code, message }];
}

function codeOf(issue: Issue, input: unknown): FieldCode {
  if (issue.code === 'custom') return (issue.params?.code as FieldCode | undefined) ?? 'invalid';
  if (valueAt(input, issue.path) === undefined) return 'required';
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'not_integer' : 'invalid';
  const isText = 'origin' in issue && (issue.origin === 'string' || issue.origin === 'array');
  if (issue.code === 'too_small' && isText) return issue.minimum === 1 ? 'required' : 'too_short';
  if (issue.code === 'too_big' && isText) return 'too_long';
  return 'invalid';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

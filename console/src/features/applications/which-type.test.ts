import { expect, test } from 'vitest';
import { type Answers, questionsFor, typeFor } from './which-type';

test.each<[Answers, string | null]>([
  [{}, null],
  [{ who: 'service' }, 'client_credentials'],
  [{ who: 'person' }, null],
  [{ who: 'person', where: 'device' }, 'authorization_pkce_flow'],
  [{ who: 'person', where: 'device', signIn: 'none' }, 'authorization_pkce_flow'],
  [{ who: 'person', where: 'keyless' }, 'device_flow'],
  [{ who: 'person', where: 'server' }, null],
  [{ who: 'person', where: 'server', signIn: 'page' }, 'authorization_flow'],
  [{ who: 'person', where: 'server', signIn: 'none' }, 'user_credentials'],
])('the answers %o point to %s', (answers, type) => expect(typeFor(answers)).toBe(type));

test('asks only what still matters', () => {
  expect(questionsFor({})).toEqual(['who']);
  expect(questionsFor({ who: 'service', where: 'server' })).toEqual(['who']);
  expect(questionsFor({ who: 'person', where: 'device' })).toEqual(['who', 'where']);
  expect(questionsFor({ who: 'person', where: 'keyless' })).toEqual(['who', 'where']);
  expect(questionsFor({ who: 'person', where: 'server' })).toEqual(['who', 'where', 'signIn']);
});

import { expect, test } from 'vitest';
import { originsOf } from './origins-of';

test('takes the origin of each web address once, with its port', () => {
  const urls = ['https://a.example/cb', 'https://a.example/other?x=1', 'http://localhost:5173/cb'];
  expect(originsOf(urls)).toEqual(['https://a.example', 'http://localhost:5173']);
});

test('leaves out what no browser would send: faults and private-use schemes', () => {
  expect(originsOf(['https://a.example/*', 'http://b.example/cb', 'com.example.app:/cb', 'cb'])).toEqual([]);
});

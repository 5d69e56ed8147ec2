import { runSteps } from './steps.mjs';

const compiler = 'node_modules/typescript/bin/tsc';

runSteps([
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types of contract and server', compiler, '--build', 'server'],
  ['types of the console', compiler, '--project', 'console'],
  ['types of the tests', compiler, '--project', '.'],
  [
    'law of direction',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ...['contract/src', 'server/src', 'server/test', 'console/src', 'e2e'],
  ],
  ['dead code', 'node_modules/knip/bin/knip.js'],
  ['generated files', 'scripts/check-generated.mjs'],
  ['first load of the console', 'scripts/check-size.mjs'],
  ['specification map', 'scripts/spec-map.mjs'],
  ['proofs of docs/security.md', 'scripts/security-proofs.mjs'],
]);

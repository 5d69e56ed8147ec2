import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runSteps } from './steps.mjs';

const reports = fileURLToPath(new URL('../test-results/', import.meta.url));
const vitestReport = `${reports}vitest.json`;
const playwrightReport = `${reports}playwright.json`;

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
process.env.PLAYWRIGHT_JSON_OUTPUT_FILE = playwrightReport;

runSteps([
  ['build', 'scripts/build.mjs'],
  ['check', 'scripts/check.mjs'],
  [
    'tests of contract, server and console',
    'node_modules/vitest/vitest.mjs',
    ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${vitestReport}`],
  ],
  ['tests in the browser', 'node_modules/@playwright/test/cli.js', 'test', '--config=e2e', '--reporter=list,json'],
]);

const vitest = JSON.parse(readFileSync(vitestReport, 'utf8'));
const { stats } = JSON.parse(readFileSync(playwrightReport, 'utf8'));
const passed = vitest.numPassedTests + stats.expected;
const failed = vitest.numFailedTests + stats.unexpected + stats.flaky;
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

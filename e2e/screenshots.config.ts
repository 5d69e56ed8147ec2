import { defineConfig } from '@playwright/test';
import config from './playwright.config.js';

/** `npm run screenshots`: pictures of every page into screenshots/. */
export default defineConfig(config, {
  testMatch: 'screenshots.ts',
  outputDir: '../test-results/screenshots',
  timeout: 120_000,
  use: { trace: 'off', screenshot: 'off' },
});

import { defineConfig } from 'vitest/config';

/** The black-box tests of the server, on one database. */
function serverTests(database: 'sqlite' | 'postgres') {
  return {
    test: {
      name: database,
      include: ['server/test/**/*.test.ts'],
      setupFiles: ['server/test/support/seed.ts'],
      env: { TEST_DATABASE: database },
      testTimeout: 20_000,
      hookTimeout: 30_000,
      ...(database === 'postgres' ? { globalSetup: 'server/test/support/postgres.ts' } : {}),
    },
  };
}

export default defineConfig({
  test: {
    // The tests start real servers and real databases; more workers than this only wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['contract/src/**/*.test.ts', 'server/src/**/*.test.ts', 'console/src/**/*.test.{ts,tsx}'],
          setupFiles: ['server/test/support/seed.ts'],
        },
      },
      serverTests('sqlite'),
      serverTests('postgres'),
    ],
  },
});

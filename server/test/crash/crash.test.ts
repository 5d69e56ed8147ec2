import { expect, test } from 'vitest';
import { databaseKind } from '../support/database.js';
import { crashEmbedded, crashNodes } from './runs.js';

/** The long run of the same is `npm run test:crash`. The time is for a busy machine: each restart is a process that starts. */
const nothing = { lost: [], twice: [], failed: [] };

test.runIf(databaseKind === 'sqlite')(
  'domain rules 7 and 8: a process that is killed under load loses nothing it acknowledged, and honours nothing twice',
  async () => {
    expect(await crashEmbedded({ kills: 3, answers: 40 })).toMatchObject({ kills: 3, ...nothing });
  },
  120_000,
);

test.runIf(databaseKind === 'postgres')(
  'three processes, one of them killed, then the database: nothing lost, nothing twice, no request fails that is tried again',
  async () => {
    expect(await crashNodes({ kills: 2, answers: 40, databaseCrashes: 1, pause: 0 })).toMatchObject({
      kills: 2,
      databaseCrashes: 1,
      ...nothing,
    });
  },
  120_000,
);

import type { Clock } from '../../src/platform/clock.js';

/** A clock that stands still until a test moves it. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
}

/** Starts at the real time, so that independent clients, which read the real clock, agree with it. */
export function createTestClock(startsAt = Math.floor(Date.now() / 1000)): TestClock {
  let now = startsAt;
  return {
    now: () => now,
    advance(seconds) {
      now += seconds;
    },
  };
}

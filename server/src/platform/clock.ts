/** Source of time. Everything that expires asks this, so that tests can move it. */
export interface Clock {
  /** Unix time in whole seconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) };

import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug' | 'child' | 'isLevelEnabled'>;

/** Structured log, on standard output by default. Nothing that is logged may carry a secret; bodies and queries never are. */
export function createLog(level: string, destination: DestinationStream = pino.destination(1)): Log {
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

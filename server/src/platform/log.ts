import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug' | 'child'>;

/** Structured log on standard output. Nothing that is logged may carry a secret; request bodies and queries never are. */
export function createLog(level: string): Log {
  return pino({ level, timestamp: pino.stdTimeFunctions.isoTime });
}

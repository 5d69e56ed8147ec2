import { channel } from 'node:diagnostics_channel';

/** A query that was answered, or failed. Its text has a placeholder for each value. */
export interface Query {
  text: string;
  milliseconds: number;
  failed: boolean;
}

/** Where the database tells of its queries, in the asynchronous context of who asked. */
export const queries = channel('tessera.queries');

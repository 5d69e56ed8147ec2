/** A time as it stands in names of files, in UTC and to the millisecond: two commands in a second get two names. */
export function timestamp(time: Date): string {
  return time.toISOString().replaceAll(/[-:.]/g, '');
}

/** Where the master key of a backup is kept, if it is kept with it. */
export function keyFileOf(backup: string): string {
  return `${backup}.master-key`;
}

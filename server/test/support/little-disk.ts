import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A place that takes a few hundred kilobytes and no more. */
export interface LittleDisk {
  /** The folder that is full soon. */
  folder: string;
  /** The command line by which a program is run that shall find it full. */
  within: string[];
  remove(): void;
}

/**
 * A small tmpfs, where this process may mount one. Elsewhere a folder, and a limit on the size of the files that a program
 * writes, to which the system answers as it does to a full disk, by another error.
 */
export function makeLittleDisk(parent: string, kilobytes: number): LittleDisk {
  const folder = join(parent, 'little-disk');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]).status === 0;
  if (mounted)
    return {
      folder,
      within: [],
      remove() {
        spawnSync('umount', [folder]);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  return { folder, within: limitedFiles(kilobytes), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a program that may write no file larger than this; `ulimit` of the shells counts in blocks of 512 bytes. */
export function limitedFiles(kilobytes: number): string[] {
  return ['sh', '-c', `ulimit -f ${kilobytes * 2} && exec "$@"`, 'sh'];
}

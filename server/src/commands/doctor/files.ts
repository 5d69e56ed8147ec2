import { closeSync, existsSync, fdatasyncSync, openSync, statfsSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { networkFileSystem } from '../../store/claim.js';
import { reasonOf } from '../reason-of.js';
import { type Finding, fault, note, ok } from './finding.js';

const mebibyte = 1024 * 1024;

/** Bytes below which a write may soon fail, and below which it is time to look after the disk. */
const freeSpace = { fault: 256 * mebibyte, note: 2048 * mebibyte };

/** Milliseconds from which waiting for the disk is what a request mostly does. */
export const slowCommit = 20;

/** The folder of an embedded database: what disk it is on, who may read it, how much room is left. */
export function checkFiles(path: string): Finding[] {
  const folder = dirname(path);
  return [checkFileSystem(folder), checkRights(path, folder), checkSpace(folder), checkDisk(folder)];
}

function checkFileSystem(folder: string): Finding {
  const network = networkFileSystem(statfsSync(folder).type);
  if (network === null) return ok('File system', `${folder} is on a disk of this machine`);
  return fault(
    'File system',
    `${folder} is on ${network}, where a database file is not safe`,
    'use a local disk, or move to PostgreSQL',
  );
}

/** Whoever reads the database and the master key can sign as every suite. */
function checkRights(path: string, folder: string): Finding {
  if (process.platform === 'win32') return ok('Rights', 'not checked on Windows');
  const key = join(folder, 'master.key');
  const files = [path, `${path}-wal`, `${path}-shm`].filter((file) => existsSync(file));
  const [folderMode, keyMode] = [modeOf(folder), existsSync(key) ? modeOf(key) : 0];
  // A folder that nobody else may enter protects what is in it.
  const open = isOpen(folderMode) ? files.filter((file) => isOpen(modeOf(file))) : [];
  const wrong = [
    ...(isOpen(keyMode) ? [`master.key has mode ${octal(keyMode)}`] : []),
    ...(open.length > 0
      ? [
          `the folder has mode ${octal(folderMode)} and others may read ${open.map((file) => basename(file)).join(', ')}`,
        ]
      : []),
  ];
  if (wrong.length === 0) return ok('Rights', `nobody else may read what is in ${folder}`);
  const fixes = [...(isOpen(keyMode) ? [`chmod 600 ${key}`] : []), ...(open.length > 0 ? [`chmod 700 ${folder}`] : [])];
  return fault('Rights', `${folder}: ${wrong.join('; ')}`, fixes.join(' && '));
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

function isOpen(mode: number): boolean {
  return (mode & 0o077) !== 0;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

function checkSpace(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  return judgeSpace(folder, bavail * bsize);
}

/** `free` in bytes. */
export function judgeSpace(folder: string, free: number): Finding {
  const found = `${Math.floor(free / mebibyte)} MiB are free at ${folder}`;
  if (free < freeSpace.fault) return fault('Disk space', found, 'make room: a full disk stops every sign-in');
  if (free < freeSpace.note) return note('Disk space', found, 'make room, before a backup or a migration needs it');
  return ok('Disk space', found);
}

/** Writes to a file that has no name any more, so that nothing stays. */
function checkDisk(folder: string): Finding {
  const probe = join(folder, `.doctor-${process.pid}`);
  try {
    const file = openSync(probe, 'wx', 0o600);
    unlinkSync(probe);
    try {
      return judgeCommit(
        measure(() => {
          writeSync(file, Buffer.alloc(4096));
          fdatasyncSync(file);
        }),
      );
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return fault(
      'Commit',
      `${folder} cannot be written to: ${reasonOf(error)}`,
      'give it to the user that Tessera runs as',
    );
  }
}

function measure(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  });
  return median(times);
}

export function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** `milliseconds` that the disk takes to keep something. */
export function judgeCommit(milliseconds: number): Finding {
  const found = `something is on disk after ${milliseconds.toFixed(1)} ms`;
  if (milliseconds < slowCommit) return ok('Commit', found);
  return note(
    'Commit',
    `${found}; every sign-in and every refresh waits for that`,
    'use a faster disk, such as a local SSD',
  );
}

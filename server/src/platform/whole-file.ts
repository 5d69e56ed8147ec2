import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file (mode 0600) that is there as a whole or not at all: `write` fills another one beside it, which is forced to
 * disk and then gets the name. Throws an Error, and leaves nothing, where the folder is missing, the disk is full, or
 * there is a file of that name, unless it is to be replaced; that one stays as `keepAs`, if given.
 */
export async function writeWholeFile(
  path: string,
  write: (temporary: string) => void | Promise<void>,
  { replace = false, keepAs }: { replace?: boolean; keepAs?: string } = {},
): Promise<void> {
  if (!existsSync(dirname(path))) throw new Error(`there is no folder ${dirname(path)}`);
  if (!replace) refuseTaken(path);
  const temporary = `${path}.partial-${randomBytes(4).toString('hex')}`;
  try {
    closeSync(openSync(temporary, 'wx', 0o600));
    await write(temporary);
    chmodSync(temporary, 0o600);
    sync(temporary);
    if (keepAs !== undefined && existsSync(path)) linkOrMove(path, keepAs);
    if (replace) renameSync(temporary, path);
    else placeNew(temporary, path);
    sync(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw explained(error, path);
  }
}

/** A link, unlike a rename, takes no name that somebody else took in the meantime. */
function placeNew(temporary: string, path: string): void {
  linkOrMove(temporary, path);
  rmSync(temporary, { force: true });
}

/** Gives a file a second name, or another one where the file system, such as FAT, knows no second names. */
function linkOrMove(path: string, to: string): void {
  refuseTaken(to);
  try {
    linkSync(path, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
    renameSync(path, to);
  }
}

function refuseTaken(path: string): void {
  if (existsSync(path)) throw new Error(`${path} exists, and is not overwritten. Give another name`);
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A full disk, a full quota and a limit on the size of files are all told the same way; SQLite has its own names. */
const noSpace = ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE'];

function explained(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (noSpace.includes(code))
    return new Error(`there is no space left for ${path}. Free some, or choose another disk; nothing was changed`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EROFS')
    return new Error(`${dirname(path)} may not be written to by this user (${code})`, { cause: error });
  return error;
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}

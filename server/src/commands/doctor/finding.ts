/** What was looked at, what was found there, and what to do about it. */
export interface Finding {
  title: string;
  /** A fault is wrong; a note may be meant so. */
  level: 'ok' | 'note' | 'fault';
  found: string;
  fix: string | null;
}

export function ok(title: string, found: string): Finding {
  return { title, level: 'ok', found, fix: null };
}

export function note(title: string, found: string, fix: string): Finding {
  return { title, level: 'note', found, fix };
}

export function fault(title: string, found: string, fix: string): Finding {
  return { title, level: 'fault', found, fix };
}

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
}

/**
 * Asks for a new password, twice and without showing it; where nobody sits in front, takes the first line of the input.
 * Throws an Error when there is none, or the two differ.
 */
export async function readNewPassword({ input, output }: Terminal): Promise<string> {
  if (!input.isTTY) return firstLine(input);
  const first = await ask('New password: ', { input, output });
  const second = await ask('Once more: ', { input, output });
  if (first !== second) throw new Error('the two passwords differ');
  return first;
}

async function firstLine(input: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input });
  for await (const line of lines) return line;
  throw new Error('there is no password on the standard input; write one there, or run this in a terminal');
}

async function ask(question: string, { input, output }: Terminal): Promise<string> {
  output.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  // Ctrl-C stops the command, as it would without us.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lines.question('');
  } finally {
    lines.close();
    output.write('\n');
  }
}

import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** A way to a database that can be cut, as a network is. */
export interface Way {
  /** The database, over this way. */
  url: string;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Passes bytes between a port of its own and the database of the URL. */
export async function openWay(databaseUrl: string): Promise<Way> {
  const target = new URL(databaseUrl);
  const port = await freePort();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  let server: Server | undefined;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const way: Way = {
    url: url.href,
    cut: () =>
      new Promise((resolve) => {
        if (!server?.listening) return resolve();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    mend: () =>
      new Promise((resolve) => {
        server = createServer((from) => {
          const to = keep(connect(Number(target.port), target.hostname));
          keep(from).pipe(to).pipe(from);
          from.on('close', () => to.destroy());
          to.on('close', () => from.destroy());
        }).listen(port, '127.0.0.1', resolve);
      }),
  };
  await way.mend();
  return way;
}

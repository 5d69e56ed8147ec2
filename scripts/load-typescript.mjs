import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { build } from './build.mjs';

/** Builds the product, then loads a module of its tests, which is not built. `path` is from the root of the project. */
export async function loadTypeScript(path) {
  build();
  // A signal ends what the module started as well, which its listeners of `exit` see to.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const root = fileURLToPath(new URL('..', import.meta.url));
  // It serves nobody; it stays open for what the module imports later on.
  const server = { middlewareMode: true, ws: false, watch: null };
  const vite = await createServer({ root, configFile: false, appType: 'custom', logLevel: 'error', server });
  return vite.ssrLoadModule(`/${path}`);
}

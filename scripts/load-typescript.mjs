import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { build } from './build.mjs';

/** Builds the product, then loads a module of its tests, which is not built. `path` is from the root of the project. */
export async function loadTypeScript(path) {
  build();
  // A signal ends what the module started as well, which its listeners of `exit` see to.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
  return module;
}

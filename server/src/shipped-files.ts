import { fileURLToPath } from 'node:url';

// This file stands at the same depth in src/ and bundle/.
const ofServer = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Where the files are that come with the program. */
export const shipped = {
  package: ofServer('package.json'),
  assets: ofServer('assets/'),
  openapi: ofServer('../contract/openapi.json'),
  console: ofServer('../console/dist/'),
};

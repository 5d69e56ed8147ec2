import { readFileSync } from 'node:fs';
import { generateOpenApi, openApiFile } from '../contract/scripts/generate-openapi.mjs';

const expected = generateOpenApi().split('\n');
const found = readFileSync(openApiFile, 'utf8').split('\n');
const line = expected.findIndex((text, index) => text !== found[index]);
if (line >= 0 || expected.length !== found.length) {
  console.error(`contract/openapi.json is not what the contract says, from line ${line + 1}. Run: npm run generate`);
  process.exit(1);
}

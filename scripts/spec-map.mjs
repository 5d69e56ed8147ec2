import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const mapFile = join(root, 'docs/spec-map.md');

/** Names under which the sources cite a specification, and its full title. */
const named = {
  'OpenID Connect Core': 'OpenID Connect Core 1.0',
  'OpenID Connect Discovery': 'OpenID Connect Discovery 1.0',
  'OpenID Connect Registration': 'OpenID Connect Dynamic Client Registration 1.0',
  'RP-Initiated Logout': 'OpenID Connect RP-Initiated Logout 1.0',
  'Back-Channel Logout': 'OpenID Connect Back-Channel Logout 1.0',
  'Front-Channel Logout': 'OpenID Connect Front-Channel Logout 1.0',
  'Form Post Response Mode': 'OAuth 2.0 Form Post Response Mode',
};
const spec = `RFC \\d{4,5}|${Object.keys(named).join('|')}`;
const citation = new RegExp(`(${spec}) (§[\\d.]+(?:(?:, | and |–)§[\\d.]+)*)`, 'g');

/** Every specification section that a text cites: `{ spec, section }`. */
function citationsIn(text) {
  return [...text.matchAll(citation)].flatMap(([, name, sections]) =>
    [...sections.matchAll(/§([\d.]+)/g)].map(([, section]) => ({ spec: name, section: section.replace(/\.$/, '') })),
  );
}

function filesBelow(folder, wanted) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && wanted.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort();
}

const isTest = /\.(test|spec)\.tsx?$/;

function cited() {
  const places = new Map();
  for (const folder of ['server/src', 'contract/src'])
    for (const file of filesBelow(folder, /\.tsx?$/)) {
      if (isTest.test(file)) continue;
      // Comments break lines; a citation may stand across two.
      const text = readFileSync(join(root, file), 'utf8').replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ');
      for (const one of citationsIn(text)) add(places, one, file);
    }
  return places;
}

function tested() {
  const titles = new Map();
  for (const folder of ['server', 'contract/src', 'console/src', 'e2e'])
    for (const file of filesBelow(folder, isTest)) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, , title] of text.matchAll(/\b(?:it|test|describe)(?:\.\w+)*\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs))
        for (const one of citationsIn(title)) add(titles, one, `${file}: ${title}`);
      for (const [, , title] of text.matchAll(/\]\s*(?:as const\s*)?\)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs))
        for (const one of citationsIn(title)) add(titles, one, `${file}: ${title}`);
    }
  return titles;
}

function add(map, { spec: name, section }, value) {
  const key = `${name} §${section}`;
  map.set(key, new Set([...(map.get(key) ?? []), value]));
}

/** A test that names a section speaks for the sections above it, too. */
function testsOf(titles, key) {
  return [...titles].filter(([name]) => name === key || name.startsWith(`${key}.`)).flatMap(([, found]) => [...found]);
}

function render() {
  const titles = tested();
  const missing = [];
  const bySpec = new Map();
  for (const [key, files] of [...cited()].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))) {
    const [name, section] = key.split(' §');
    const tests = [...new Set(testsOf(titles, key))].sort();
    if (tests.length === 0) missing.push(`${key} (${[...files].join(', ')})`);
    bySpec.set(name, [...(bySpec.get(name) ?? []), { section, files: [...files].sort(), tests }]);
  }
  const lines = [
    '# Specifications, where they are obeyed and what proves it',
    '',
    'Made by `npm run generate` from the sections that the sources cite and the test titles that name them. A cited',
    'section without a test fails `npm run check`.',
  ];
  for (const [name, sections] of bySpec) {
    lines.push('', `## ${named[name] ?? name}`, '', '| section | cited in | tests |', '|---|---|---|');
    for (const { section, files, tests } of sections)
      lines.push(`| §${section} | ${files.map(code).join('<br>')} | ${tests.map(cell).join('<br>')} |`);
  }
  return { text: `${lines.join('\n')}\n`, missing };
}

function code(text) {
  return `\`${text}\``;
}

function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

const { text, missing } = render();
if (process.argv.includes('--write')) writeFileSync(mapFile, text);
else if (readFileSync(mapFile, 'utf8') !== text) {
  console.error('docs/spec-map.md is not what sources and tests say. Run: npm run generate');
  process.exitCode = 1;
}
if (missing.length > 0) {
  console.error(`${missing.length} cited sections have no test that names them:\n  ${missing.join('\n  ')}`);
  process.exitCode = 1;
}

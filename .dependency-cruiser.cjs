// The law of direction of docs/house.md, as rules. Rooms are listed from left to right; imports go rightwards only.

const src = '^server/src/';
const room = (...names) => `${src}(${names.join('|')})(/|\\.ts$)`;
const oauth = (...names) => `${src}oauth/(${names.join('|')})(/|\\.tsx?$)`;

const tests = '\\.test\\.tsx?$';
const endpointFolders = ['authorize', 'token', 'device', 'logout', 'register'];
const endpoints = [...endpointFolders, 'introspect', 'revoke', 'userinfo', 'jwks', 'metadata'];

/** Rooms of the server; those of one row are peers, which do not know each other. */
const rooms = [
  ['main'],
  ['commands'],
  ['app'],
  ['bootstrap', 'console', 'operations'],
  ['api', 'pages', 'jobs'],
  ['oauth'],
  ['accounts', 'keys'],
  ['store'],
  ['platform', 'shipped-files'],
];

/** Rooms of the protocol; what stands in one row is one room and may use its neighbours. */
const oauthRooms = [
  ['routes', 'interaction', 'lab', 'consent'],
  endpoints,
  ['endpoint'],
  ['client-auth', 'bearer', 'dpop-proof'],
  ['cookies', 'cors', 'request', 'reply'],
  ['tokens', 'client-keys'],
  ['access', 'issuer'],
  ['rules'],
  ['errors'],
];

/** One rule for each row: it may not import a row to its left. */
function onlyRightwards(rows, match, law) {
  return rows.slice(1).map((row, index) => ({
    name: `${law}: ${row.join(', ')}`,
    severity: 'error',
    comment: 'Imports go rightwards only.',
    from: { path: match(...row), pathNot: tests },
    to: { path: match(...rows.slice(0, index + 1).flat()) },
  }));
}

/** Peers of one row may not import each other. */
function noPeers(row, match, law) {
  return row.map((name) => ({
    name: `${law}: ${name} and its peers`,
    severity: 'error',
    comment: `${row.join(', ')} are peers.`,
    from: { path: match(name), pathNot: tests },
    to: { path: match(...row.filter((peer) => peer !== name)) },
  }));
}

module.exports = {
  forbidden: [
    ...onlyRightwards(rooms, room, 'law of direction'),
    ...rooms.filter((row) => row.length > 1).flatMap((row) => noPeers(row, room, 'law of direction')),
    ...onlyRightwards(oauthRooms, oauth, 'law of direction in oauth'),
    {
      name: 'endpoint folders do not import each other',
      severity: 'error',
      from: { path: `${src}oauth/(${endpointFolders.join('|')})/`, pathNot: tests },
      to: { path: `${src}oauth/(${endpointFolders.join('|')})/`, pathNot: `${src}oauth/$1/` },
    },
    {
      name: 'every file of the server has its room',
      severity: 'error',
      from: {},
      to: { path: src, pathNot: [room(...rooms.flat(), 'config', 'deps'), tests] },
    },
    {
      name: 'every file of oauth has its room',
      severity: 'error',
      comment: 'A new name in oauth/ goes into `oauthRooms` first, where its direction is decided.',
      from: {},
      to: { path: `${src}oauth/`, pathNot: [oauth(...oauthRooms.flat()), tests] },
    },
    {
      name: 'composition is for the entry',
      severity: 'error',
      comment: 'config.ts and deps.ts are wired by main and app; others may only name the types `Config` and `Deps`.',
      from: { path: src, pathNot: [room('main', 'commands', 'app', 'bootstrap', 'console', 'deps', 'config'), tests] },
      to: { path: `${src}(config|deps)\\.ts$`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'deps stops at the recipe',
      severity: 'error',
      comment: 'Accounts, keys, store and platform take what they need, never the whole record.',
      from: { path: room('accounts', 'keys', 'store', 'platform'), pathNot: tests },
      to: { path: `${src}deps\\.ts$` },
    },
    {
      name: 'rules are pure',
      severity: 'error',
      comment: 'oauth/rules sees rules and errors only.',
      from: { path: `${src}oauth/rules/`, pathNot: tests },
      to: { path: '^(server|contract|console)/', pathNot: `${src}oauth/(rules/|errors\\.ts$)` },
    },
    {
      name: 'rules know no framework and no database',
      severity: 'error',
      from: { path: `${src}oauth/(rules/|errors\\.ts$)`, pathNot: tests },
      to: { path: 'node_modules/(@?fastify|kysely|pg|libsql|pino|preact)(/|-)' },
    },
    {
      name: 'pages enter oauth by interaction.ts',
      severity: 'error',
      comment: 'Beside it they know the error, which a page is one way to show.',
      from: { path: `${src}pages/`, pathNot: tests },
      to: { path: `${src}oauth/`, pathNot: ['/interaction\\.ts$', oauth('errors')] },
    },
    {
      name: 'the database is known to store alone',
      severity: 'error',
      from: { path: src, pathNot: [`${src}store/`, tests] },
      to: { path: 'node_modules/(kysely|pg|libsql|@types/pg)/' },
    },
    {
      name: 'the contract is for api and console',
      severity: 'error',
      comment: 'Beside them bootstrap and commands hold admins to the same rules for e-mail and password.',
      from: {
        path: '^(server|console)/src/',
        pathNot: [`${src}api/`, room('bootstrap', 'commands'), '^console/src/', tests],
      },
      to: { path: '^contract/' },
    },
    {
      name: 'the contract knows nobody',
      severity: 'error',
      from: { path: '^contract/src/' },
      to: { path: '^(server|console|e2e|scripts)/' },
    },
    {
      name: 'server and console do not know each other',
      severity: 'error',
      from: { path: '^(server|console)/' },
      to: { path: '^(server|console)/', pathNot: '^$1/' },
    },
    {
      name: 'the browser tests see the product from outside',
      severity: 'error',
      from: { path: '^e2e/' },
      to: { path: '^(server|console)/src/' },
    },
    {
      name: 'sources do not import tests',
      severity: 'error',
      from: { path: '^(contract|server|console)/src/', pathNot: tests },
      to: { path: [tests, '^server/test/', '^e2e/'] },
    },
    {
      name: 'no circle',
      severity: 'error',
      comment: 'Types may look back, values may not.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no drawer for everything',
      severity: 'error',
      comment: 'A file or folder is named after what is in it.',
      from: {},
      to: {
        path: '/(utils?|helpers?|common|shared|lib|misc|core|base|managers?|services?|handlers?|types)(/|[.][a-z]+$)',
        pathNot: ['node_modules/', '(^|/)dist/'],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: ['node_modules', '(^|/)dist/'] },
    exclude: { path: '(^|/)(node_modules/\\.cache|test-results)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};

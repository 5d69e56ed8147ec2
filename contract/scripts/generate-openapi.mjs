import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { z } from 'zod';

const { paths } = await sourceOf('paths');
const { fieldCodes, problems } = await sourceOf('problems');
const { routes } = await sourceOf('routes');

export const openApiFile = fileURLToPath(new URL('../openapi.json', import.meta.url));

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** A module of the contract, which stands in TypeScript. */
async function sourceOf(name) {
  const file = fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
  return (await runnerImport(file, { configFile: false, logLevel: 'error' })).module;
}

/** The management API as an OpenAPI 3.1 document, in the form in which it is committed. */
export function generateOpenApi() {
  const components = { schemas: { Problem: problemSchema() }, responses: {} };
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Tessera management API',
      version,
      description:
        'Everything the console does. Needs an access token of the suite `system` for the resource `{base URL}/api`, ' +
        'from a sign-in there or by `client_credentials`. Errors are RFC 9457 problem details with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api/v1' }],
    security: [{ accessToken: [] }],
    tags: [...new Set(Object.values(routes).map(({ tag }) => tag))].map((name) => ({ name })),
    paths: describePaths(components),
    components: {
      schemas: sorted(components.schemas),
      responses: sorted(components.responses),
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      headers: {
        RequestId: { description: 'Names this request in the log and in error answers', schema: { type: 'string' } },
        ETag: { description: 'The `version` of the object, for `If-Match`', schema: { type: 'string' } },
        Location: { description: 'Path of the new object', schema: { type: 'string', format: 'uri-reference' } },
        RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer' } },
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function sorted(record) {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describePaths(components) {
  const described = {};
  for (const [operationId, [method, path]] of Object.entries(paths)) {
    described[path] ??= {};
    described[path][method.toLowerCase()] = describeOperation(operationId, routes[operationId], components);
  }
  return described;
}

function describeOperation(operationId, route, { schemas, responses }) {
  const parameters = [
    ...parametersOf(route.params, 'path', schemas),
    ...parametersOf(route.query, 'query', schemas),
    ...(route.problems?.includes('version_conflict') ? [ifMatch] : []),
  ];
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.open ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body, 'input', schemas) } },
          },
        }
      : {}),
    responses: { ...answerOf(route, schemas), ...problemAnswers(route, responses) },
  };
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description: 'ETag of the version that was read; the answer is 412 when the object has changed since',
  schema: { type: 'string' },
};

/** Path and query schemas are objects: one parameter for each property. */
function parametersOf(schema, place, schemas) {
  if (!schema) return [];
  const { properties, required = [] } = schemaOf(schema, 'input', schemas);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    ...(place === 'path' || required.includes(name) ? { required: true } : {}),
    ...(description ? { description } : {}),
    schema: rest,
  }));
}

const requestIdHeader = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

function answerOf({ status, summary, answer, etag }, schemas) {
  const headers = {
    ...requestIdHeader,
    ...(etag ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
    ...(status === 201 ? { Location: { $ref: '#/components/headers/Location' } } : {}),
  };
  const content = answer ? { content: { 'application/json': { schema: schemaOf(answer, 'output', schemas) } } } : {};
  return { [status]: { description: answer ? summary : 'Done', headers, ...content } };
}

/** The codes an operation can answer with: its own, and those that follow from what it takes. */
function problemCodesOf({ open, stepUp, params, query, body, problems: own = [] }) {
  return [
    ...(body || query ? ['malformed_request'] : []),
    ...(open ? [] : ['unauthenticated', 'forbidden_role']),
    ...(stepUp ? ['insufficient_user_authentication'] : []),
    ...own,
    ...(body ? ['body_too_large', 'unsupported_media_type'] : []),
    ...(body || query || params ? ['validation_failed'] : []),
    ...['too_many_requests', 'internal_error', 'unavailable'],
  ];
}

/** Answers with the same codes are one component, named after them. */
function problemAnswers(route, responses) {
  const byStatus = [...codesByStatus(problemCodesOf(route))].sort(([a], [b]) => a - b);
  const answers = byStatus.map(([status, codes]) => {
    const name = codes.join('.');
    responses[name] ??= problemAnswer(status, codes);
    return [status, { $ref: `#/components/responses/${name}` }];
  });
  return Object.fromEntries(answers);
}

function codesByStatus(codes) {
  const groups = new Map();
  for (const code of new Set(codes)) {
    const { status } = problems[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

function problemAnswer(status, codes) {
  const wait = status === 429 || status === 503 ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {};
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] };
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
    headers: { ...requestIdHeader, ...wait },
    content: { 'application/problem+json': { schema } },
  };
}

/** JSON Schema of a zod schema; what has an id becomes a component, told once. */
function schemaOf(schema, io, schemas) {
  const {
    $schema: _,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, { io, override: ({ jsonSchema }) => tidy(jsonSchema, io) });
  for (const [id, definition] of Object.entries($defs)) addComponent(schemas, id, definition);
  return withComponentRefs(own);
}

function addComponent(schemas, id, definition) {
  const schema = withComponentRefs(definition);
  const known = schemas[id];
  if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`Two schemas have the id ${id}`);
  schemas[id] = schema;
}

/** Takes away what says nothing to a reader: bounds of safe integers, the pattern beside a format, closed answers. */
function tidy(schema, io) {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format) delete schema.pattern;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
}

function withComponentRefs(schema) {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** `Problem` of problems.ts, which is a plain type so that the console need not load schemas to read an error. */
function problemSchema() {
  const text = { type: 'string' };
  return {
    type: 'object',
    description: 'RFC 9457 problem details',
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', enum: Object.keys(problems) },
      requestId: text,
      errors: {
        type: 'array',
        description: 'The fields of a 422 `validation_failed`',
        items: {
          type: 'object',
          required: ['field', 'code', 'message'],
          properties: { field: text, code: { type: 'string', enum: [...fieldCodes] }, message: text },
        },
      },
      count: { type: 'integer', description: 'How many things stand in the way' },
      accountId: {
        type: 'string',
        format: 'uuid',
        description: 'The account that is known already (`email_in_directory`)',
      },
      oauthError: {
        type: 'object',
        description: 'The OAuth error that the protocol answered inside the lab (`lab_refused`)',
        required: ['error', 'error_description', 'rule'],
        properties: { error: text, error_description: text, rule: text },
      },
      retryAt: { type: 'integer', description: 'Unix seconds from which a 429 may be tried again' },
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(openApiFile, generateOpenApi());

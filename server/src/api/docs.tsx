import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { JSX } from 'preact';
import { render } from 'preact-render-to-string';
import { shipped } from '../shipped-files.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
}

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Serves the OpenAPI document and a page that reads well without a network or a script. */
export function registerDocs(app: FastifyInstance): void {
  const text = readFileSync(shipped.openapi, 'utf8');
  let page: string | undefined;
  app.get('/api/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text),
  );
  app.get('/api/docs', async (_request, reply) => {
    page ??= `<!doctype html>${render(<Docs document={JSON.parse(text) as Document} />)}`;
    return reply
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(page);
  });
}

function Docs({ document }: { document: Document }): JSX.Element {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{document.info.title}</title>
        <link rel="stylesheet" href="/assets/docs.css" />
        <link rel="icon" href="/assets/mark.svg" type="image/svg+xml" />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <nav aria-label="Operations">
          {document.tags.map(({ name }) => (
            <section key={name}>
              <h2>{name}</h2>
              <ul>
                {operations
                  .filter(({ operation }) => operation.tags.includes(name))
                  .map(({ operation }) => (
                    <li key={operation.operationId}>
                      <a href={`#${operation.operationId}`}>{operation.operationId}</a>
                    </li>
                  ))}
              </ul>
            </section>
          ))}
        </nav>
        <main id="content">
          <h1>{document.info.title}</h1>
          <p>{document.info.description}</p>
          <p>
            The same as a file for tools: <a href="/api/openapi.json">openapi.json</a>. Paths are below{' '}
            <code>{document.servers[0]?.url}</code>.
          </p>
          {operations.map(({ path, method, operation }) => (
            <OperationDocs
              key={operation.operationId}
              document={document}
              path={path}
              method={method}
              operation={operation}
            />
          ))}
        </main>
      </body>
    </html>
  );
}

function OperationDocs({
  document,
  path,
  method,
  operation,
}: {
  document: Document;
  path: string;
  method: string;
  operation: Operation;
}): JSX.Element {
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return (
    <article id={operation.operationId}>
      <h2>
        <code class={`method ${method.toLowerCase()}`}>{method}</code> <code>{path}</code>
      </h2>
      <p>{operation.summary}.</p>
      {operation.parameters && operation.parameters.length > 0 && (
        <Fields
          caption="Parameters"
          rows={operation.parameters.map(({ name, in: place, required, description, schema }) => ({
            name: `${name} (${place})`,
            required: required === true,
            schema,
            description: description ?? schema.description,
          }))}
          document={document}
        />
      )}
      {body &&
        (body.anyOf ?? [body]).map((one, index) => (
          <ObjectFields key={index} caption="Body" schema={one} document={document} />
        ))}
      {Object.entries(operation.responses).map(([status, response]) => {
        const schema = Object.entries(response.content ?? {}).find(([type]) => type === 'application/json')?.[1].schema;
        const name = response.$ref?.split('/').at(-1);
        if (schema)
          return <ObjectFields key={status} caption={`Answer ${status}`} schema={schema} document={document} />;
        return (
          <p key={status}>
            <strong>{status}</strong> {response.description ?? name}
          </p>
        );
      })}
    </article>
  );
}

interface Row {
  name: string;
  required: boolean;
  schema: Schema;
  description: string | undefined;
}

function ObjectFields({
  caption,
  schema,
  document,
}: {
  caption: string;
  schema: Schema;
  document: Document;
}): JSX.Element {
  const object = resolve(schema, document);
  const rows = Object.entries(object.properties ?? {}).map(([name, field]) => ({
    name,
    required: object.required?.includes(name) ?? false,
    schema: field,
    description: field.description,
  }));
  return <Fields caption={caption} rows={rows} document={document} />;
}

function Fields({ caption, rows, document }: { caption: string; rows: Row[]; document: Document }): JSX.Element {
  return (
    <div class="fields">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, required, schema, description }) => (
            <tr key={name}>
              <td>
                <code>{name}</code>
                {required && <span class="quiet"> required</span>}
              </td>
              <td>{typeOf(schema, document)}</td>
              <td>
                {description}
                {schema.default !== undefined && <span class="quiet"> Default {JSON.stringify(schema.default)}.</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function resolve(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return (name && document.components.schemas[name]) || schema;
}

function typeOf(schema: Schema, document: Document): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(one, document)).join(' | ');
  if (schema.items) return `list of ${typeOf(schema.items, document)}`;
  const type = [schema.type ?? 'object'].flat().join(' | ');
  return schema.format ? `${type} (${schema.format})` : type;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import {
  type Context,
  DiagLogLevel,
  diag,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from '../platform/log.js';
import { type Query, queries } from '../platform/queries.js';

/** Milliseconds that the collector has for a batch, tries included. */
const timeoutMillis = 3_000;

/**
 * Sends a span for each request, and one for each query in it, to an OpenTelemetry collector, over OTLP/HTTP at `url`.
 * Imported only where that is set. A span has the pattern of the route and what came of it, or the text of a query without
 * its values; no URL, no header, nothing that somebody sent.
 */
export function traceRequests(
  app: FastifyInstance,
  { url, log, isTrusted }: { url: string; log: Log; isTrusted: (request: IncomingMessage) => boolean },
): void {
  const provider = new BasicTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
    resource: resourceFromAttributes({ 'service.name': 'tessera' }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis }))],
  });
  const complain = () => log.warn({ collector: new URL(url).host }, 'the collector of traces did not take them');
  diag.setLogger({ ...silent, error: complain }, DiagLogLevel.ERROR);
  const tracer = provider.getTracer('tessera');
  const spans = new WeakMap<FastifyRequest, Span>();
  const current = new AsyncLocalStorage<Span | undefined>();

  app.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    const span = tracer.startSpan(
      route === undefined ? request.method : `${request.method} ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': request.method,
          ...(route === undefined ? {} : { 'http.route': route }),
          'tessera.request_id': request.id,
        },
      },
      isTrusted(request.raw) ? readParent(request.raw.headers.traceparent) : ROOT_CONTEXT,
    );
    spans.set(request, span);
    reply.raw.on('close', () => {
      span.setAttribute('http.response.status_code', reply.statusCode);
      // Of the server's own doing only, as the semantic conventions for HTTP say.
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    current.run(span, done);
  });
  // Once more when the body was read: the events of its stream come in no context.
  app.addHook('preHandler', (request, _reply, done) => current.run(spans.get(request), done));
  const onQuery = (query: unknown) => addQuerySpan(tracer, current.getStore(), query as Query);
  queries.subscribe(onQuery);
  app.addHook('onClose', async () => {
    queries.unsubscribe(onQuery);
    await provider.shutdown().catch(() => complain());
  });
}

/** A query that was just answered, as part of the request that waited for it. Those of jobs belong to none. */
function addQuerySpan(tracer: Tracer, of: Span | undefined, { text, milliseconds, failed }: Query): void {
  if (of === undefined) return;
  const endTime = Date.now();
  const span = tracer.startSpan(
    text.split(' ', 1)[0] ?? '',
    {
      kind: SpanKind.CLIENT,
      startTime: endTime - milliseconds,
      attributes: { 'db.query.text': text },
    },
    trace.setSpan(ROOT_CONTEXT, of),
  );
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endTime);
}

const silent = { warn() {}, info() {}, debug() {}, verbose() {} };

/** The span that called us (W3C Trace Context §3.2), where it is well-formed. */
function readParent(header: string | string[] | undefined): Context {
  const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(header));
  if (!parts) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = parts;
  const caller: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(caller) ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
}

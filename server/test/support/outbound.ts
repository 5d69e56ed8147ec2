import { OutboundError, type OutboundFetch } from '../../src/platform/outbound-fetch.js';

/** The world outside as a test arranges it: documents by address, and what was asked for. */
export interface TestOutbound extends OutboundFetch {
  documents: Map<string, string>;
  /** Addresses in the order in which they were asked for. */
  asked: string[];
  posted: { url: string; form: Record<string, string> }[];
}

export function createTestOutbound(): TestOutbound {
  const outbound: TestOutbound = {
    documents: new Map(),
    asked: [],
    posted: [],
    async get(url) {
      outbound.asked.push(url);
      const body = outbound.documents.get(url);
      if (body === undefined) throw new OutboundError('unreachable', `${url} cannot be reached.`);
      return { status: 200, contentType: 'application/json', body };
    },
    async post(url, form) {
      outbound.posted.push({ url, form });
      return { status: 200, contentType: '', body: '' };
    },
  };
  return outbound;
}

/** There is more to do than can be finished in time; the same request may succeed in a moment. */
export class OverloadedError extends Error {
  constructor() {
    super('the server has more to do than it can finish in time');
  }
}

import type { Page } from '@tessera/contract/list';
import { ListRequestError } from '../store/list-page.js';
import { invalidField } from './problem.js';

/** Presents one page of a list; a cursor or page that cannot be followed is the caller's error. */
export async function readList<Row, Item>(
  reading: Promise<Page<Row>>,
  present: (row: Row) => Item,
): Promise<Page<Item>> {
  try {
    const page = await reading;
    return { ...page, items: page.items.map(present) };
  } catch (error) {
    if (error instanceof ListRequestError) throw invalidField(error.field, 'invalid', error.message);
    throw error;
  }
}

import type { KeyboardEvent } from 'react';

/**
 * Keys of a table body: ↑↓ move between rows, Shift+Space selects up to this row, `e` edits, Del deletes.
 * Enter follows the link of the row by itself, and Space presses its checkbox.
 */
export function onRowKey(event: KeyboardEvent<HTMLTableSectionElement>) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  if (!(target instanceof HTMLElement) || isControl(target)) return;
  const row = target.closest('tr');
  // A menu opened from a row is a child in React's tree, but not in the page's.
  if (!row || !event.currentTarget.contains(row)) return;
  const onCheckbox = target.matches(rowCheckbox);
  const press = (selector: string) => row.querySelector<HTMLElement>(selector)?.click();
  const move = (other: Element | null) =>
    other?.querySelector<HTMLElement>(onCheckbox ? rowCheckbox : '[data-row-link]')?.focus();
  const actions: Record<string, () => void> = {
    ArrowDown: () => move(row.nextElementSibling),
    ArrowUp: () => move(row.previousElementSibling),
    e: () => press('[data-row-edit]'),
    Delete: () => press('[data-row-delete]'),
    // The checkbox itself turns Shift+Space into a click with the Shift key.
    ...(event.shiftKey && !onCheckbox && { ' ': () => selectRange(row) }),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

const rowCheckbox = '[data-row-select]';

function isControl(target: HTMLElement): boolean {
  return (
    target.matches('input, textarea, select, [role="combobox"], [role="menuitem"]') && !target.matches(rowCheckbox)
  );
}

function selectRange(row: Element) {
  row
    .querySelector(rowCheckbox)
    ?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: true }));
}

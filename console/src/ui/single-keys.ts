import { useSyncExternalStore } from 'react';

const storageKey = 'tessera-single-keys';
const listeners = new Set<() => void>();

function readSwitch(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

let on = readSwitch();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether shortcuts of one letter work; a person who speaks to the browser must be able to turn them off (WCAG 2.2 §2.1.4). */
export function useSingleKeysSwitch(): [on: boolean, set: (on: boolean) => void] {
  return [useSyncExternalStore(subscribe, () => on), setSwitch];
}

function setSwitch(next: boolean) {
  on = next;
  for (const listener of listeners) listener();
  try {
    if (next) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, 'off');
  } catch {
    // Storage may be blocked: the choice holds until the page is left.
  }
}

const notTyping = ['checkbox', 'radio', 'button', 'submit', 'reset'];

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !notTyping.includes(target.type);
  // An open menu takes letters to find its entries.
  return target.isContentEditable || target.closest('textarea, select, [role="combobox"], [role="menu"]') !== null;
}

export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

/** True where a key without Ctrl, ⌘ or Alt may be a shortcut: nobody types, no dialog is open, the switch is on. */
export function isSingleKey(event: KeyboardEvent): boolean {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  return !isTyping(event.target) && !isDialogOpen();
}

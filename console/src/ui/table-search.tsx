import { CloseButton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigation } from 'react-router';
import type { AnyList } from './list-state';
import { isSingleKey } from './single-keys';

const debounce = 300;

/** Search box of a list: waits 300 ms or until it is left, `/` focuses it from anywhere, Esc clears it. */
export function TableSearch({ list, placeholder }: { list: AnyList; placeholder: string }) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(list.q);
  const [seen, setSeen] = useState(list.q);
  const [sent, setSent] = useState(list.q);
  // Back, a link or “Clear filters” changed the URL: the box follows. It does not where the change came from the box, since
  // more may have been typed until it arrived.
  if (seen !== list.q) {
    setSeen(list.q);
    if (sent !== list.q) {
      setSent(list.q);
      setTyped(list.q);
    }
  }

  function send(words: string) {
    setSent(words);
    list.setSearch(words);
  }

  const { pathname } = useLocation();
  const { location: next } = useNavigation();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sendLater = useEffectEvent(() => {
    // On the way to another page, whose code may still be loading: a change of this URL would call that off.
    if (next && next.pathname !== pathname) return;
    if (typed.trim() !== list.q) send(typed.trim());
  });
  useEffect(() => {
    if (typed.trim() === seen) return;
    timer.current = setTimeout(sendLater, debounce);
    return () => clearTimeout(timer.current);
  }, [typed, seen]);

  useEffect(() => {
    function slash(event: KeyboardEvent) {
      if (event.key !== '/' || !isSingleKey(event)) return;
      event.preventDefault();
      input.current?.focus();
    }
    document.addEventListener('keydown', slash);
    return () => document.removeEventListener('keydown', slash);
  }, []);

  // Whoever leaves the box may be about to go elsewhere: nothing of it may be pending then.
  function sendNow() {
    clearTimeout(timer.current);
    if (typed.trim() !== list.q) send(typed.trim());
  }

  function clear() {
    setTyped('');
    send('');
    input.current?.focus();
  }

  return (
    <TextInput
      ref={input}
      type="search"
      role="searchbox"
      aria-label={t('table.search')}
      aria-keyshortcuts="/"
      placeholder={placeholder}
      maxLength={200}
      value={typed}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed && <CloseButton size="sm" aria-label={t('table.clearSearch')} onClick={clear} />}
      onBlur={sendNow}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && typed) clear();
        if (event.key === 'Enter') sendNow();
      }}
    />
  );
}

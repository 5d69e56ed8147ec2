import { Loader, Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../problem';
import { ProblemAlert } from '../../ui/problem-alert';
import classes from './palette.module.css';
import { PaletteOption } from './palette-option';
import { type Entry, useEntries } from './use-entries';

export interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
}

/** Go anywhere, find anything by name, start anything (ARIA 1.2 combobox with a list). Rendered only while open. */
export function Palette({ onClose, onHelp }: PaletteProps) {
  const { t } = useTranslation('palette');
  const { t: tUi } = useTranslation();
  const listId = useId();
  const [origin] = useState(() => document.activeElement);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const { groups, searching, error } = useEntries(typed, onHelp);
  const entries = groups.flatMap((group) => group.entries);
  const current = entries[Math.min(active, entries.length - 1)];
  const optionId = (entry: Entry) => `${listId}-${entry.id}`;

  function cancel() {
    onClose();
    if (origin instanceof HTMLElement) setTimeout(() => origin.focus({ preventScroll: true }));
  }

  function choose(entry: Entry) {
    onClose();
    entry.run?.();
    // Whatever opens next takes the focus itself; otherwise the page has it.
    setTimeout(() => {
      if (document.activeElement === document.body) document.querySelector<HTMLElement>('main h1')?.focus();
    }, 300);
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const last = entries.length - 1;
    const from = Math.min(active, last);
    const next: Record<string, number> = {
      ArrowDown: from < last ? from + 1 : 0,
      ArrowUp: from > 0 ? from - 1 : last,
      PageDown: last,
      PageUp: 0,
    };
    const to = next[event.key];
    const entry = entries[to ?? from];
    if (!entry || (to === undefined && event.key !== 'Enter')) return;
    event.preventDefault();
    const option = document.getElementById(optionId(entry));
    if (to === undefined) return option?.click();
    setActive(to);
    option?.scrollIntoView({ block: 'nearest' });
  }

  return (
    <Modal
      opened
      onClose={cancel}
      title={t('title')}
      size="lg"
      returnFocus={false}
      closeButtonProps={{ 'aria-label': tUi('dialog.close') }}
      classNames={{ body: classes.body }}
    >
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={t('title')}
        aria-expanded
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current && optionId(current)}
        placeholder={t('placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={searching && <Loader size={16} aria-hidden />}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={press}
      />
      {error && <ProblemAlert problem={toProblem(error)} />}
      <div role="listbox" id={listId} aria-label={t('results')} className={classes.list}>
        {groups.map((group) => (
          <fieldset key={group.key} className={classes.group} aria-labelledby={`${listId}-${group.key}`}>
            <div id={`${listId}-${group.key}`} className={classes.groupTitle} role="presentation">
              {t(`group.${group.key}`)}
            </div>
            {group.entries.map((entry) => (
              <PaletteOption
                key={entry.id}
                id={optionId(entry)}
                entry={entry}
                selected={entry === current}
                onPoint={() => setActive(entries.indexOf(entry))}
                onChoose={() => choose(entry)}
              />
            ))}
          </fieldset>
        ))}
      </div>
      <p role="status" className={classes.status}>
        {!searching && entries.length === 0 && t('nothing', { q: typed.trim() })}
      </p>
    </Modal>
  );
}

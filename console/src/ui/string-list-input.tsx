import { ActionIcon, Anchor, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';

export interface StringListInputProps {
  id?: string;
  label: string;
  description?: ReactNode;
  /** Never holds blank entries, so an index is the one the server sees. */
  values: string[];
  onChange: (values: string[]) => void;
  onBlur?: () => void;
  /** Fault of the list as a whole, such as “Enter at least one redirect URL.” */
  error?: ReactNode;
  /** Fault of one entry, by index. */
  faults?: Record<number, string>;
  /** A better spelling of a faulty entry, offered as [Use {it}]. */
  suggest?: (value: string) => string | null;
  /** Buttons below the list that add entries. */
  quickAdds?: { label: string; values: string[] }[];
  addLabel: string;
  placeholder?: string;
  required?: boolean;
  withAsterisk?: boolean;
  labelProps?: Record<string, string>;
}

const split = (text: string) => text.split(/[\r\n,]+|\s+/).filter(Boolean);
const filled = (rows: string[]) => rows.map((row) => row.trim()).filter(Boolean);
const same = (a: string[], b: string[]) => a.length === b.length && a.every((each, index) => each === b[index]);

/** One input an entry; the first carries the label. Enter adds the next, pasting many lines makes many entries. */
export function StringListInput(props: StringListInputProps) {
  const { t } = useTranslation();
  const ownId = useId();
  const id = props.id ?? ownId;
  const group = useRef<HTMLDivElement>(null);
  // Rows may be blank while somebody types; `values` never are.
  const [rows, setRows] = useState(props.values);
  const shown = same(filled(rows), props.values) ? rows : props.values;
  const list = shown.length > 0 ? shown : [''];

  function change(next: string[], focus?: number) {
    flushSync(() => {
      setRows(next);
      const values = filled(next);
      if (!same(values, props.values)) props.onChange(values);
    });
    if (focus !== undefined) group.current?.querySelectorAll<HTMLInputElement>('input')[focus]?.focus();
  }

  function keyDown(event: KeyboardEvent, index: number) {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (list[index]?.trim()) change(list.toSpliced(index + 1, 0, ''), index + 1);
  }

  function paste(event: ClipboardEvent<HTMLInputElement>, index: number) {
    const entries = split(event.clipboardData.getData('text'));
    if (entries.length < 2) return;
    event.preventDefault();
    const kept = list[index]?.trim() ? [list[index] ?? ''] : [];
    change(list.toSpliced(index, 1, ...kept, ...entries), index + kept.length + entries.length - 1);
  }

  function remove(index: number) {
    change(list.toSpliced(index, 1), Math.min(index, Math.max(0, list.length - 2)));
  }

  /** The button may go with what it added, so the focus follows. */
  function addAll(values: string[]) {
    const next = [...new Set([...filled(list), ...values])];
    change(next, next.length - 1);
  }

  const entryId = (index: number) => (index === 0 ? id : `${id}.${index}`);
  const valueIndex = (row: number) => filled(list.slice(0, row)).length;

  return (
    <Input.Wrapper
      ref={group}
      id={`${id}-list`}
      label={props.label}
      labelElement="label"
      labelProps={{ htmlFor: id, ...props.labelProps }}
      description={props.description}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && props.onBlur?.()}
    >
      <Stack gap={6} mt={4}>
        {list.map((row, index) => {
          const fault = row.trim() ? props.faults?.[valueIndex(index)] : undefined;
          const better = fault ? props.suggest?.(row.trim()) : null;
          return (
            // The position is the identity of a row: its text changes with every key.
            <div key={entryId(index)}>
              <TextInput
                id={entryId(index)}
                value={row}
                error={fault ?? (index === 0 ? props.error : undefined)}
                aria-describedby={index === 0 && props.description ? `${id}-list-description` : undefined}
                placeholder={props.placeholder}
                aria-label={index === 0 ? undefined : t('list.entry', { label: props.label, n: index + 1 })}
                required={props.required && index === 0}
                withAsterisk={false}
                autoCapitalize="off"
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => change(list.with(index, event.currentTarget.value))}
                onKeyDown={(event) => keyDown(event, index)}
                onPaste={(event) => paste(event, index)}
                rightSection={
                  (row !== '' || list.length > 1) && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size={24}
                      aria-label={t('list.remove', { value: row || index + 1 })}
                      onClick={() => remove(index)}
                    >
                      <IconX size={14} aria-hidden />
                    </ActionIcon>
                  )
                }
              />
              {better && (
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => change(list.with(index, better), index)}
                >
                  {t('list.use', { value: better })}
                </Anchor>
              )}
            </div>
          );
        })}
      </Stack>
      <Group gap={6} mt={6}>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => change([...list.filter((row) => row.trim()), ''], filled(list).length)}
        >
          {props.addLabel}
        </Button>
        {props.quickAdds?.map((quick) => (
          <Button key={quick.label} size="compact-sm" variant="default" onClick={() => addAll(quick.values)}>
            {quick.label}
          </Button>
        ))}
      </Group>
    </Input.Wrapper>
  );
}

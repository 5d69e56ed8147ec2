import { Loader, Select, type SelectProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface SearchSelectOption {
  value: string;
  label: string;
}

export interface SearchSelectProps
  extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'filter' | 'error'> {
  value: string | null;
  /** Empty string when cleared, so that it fits a form value. */
  onChange: (value: string) => void;
  options: SearchSelectOption[];
  loading?: boolean;
  error?: string;
  /** Last entry of the list: “+ New suite”. It gets what was typed. */
  addNew?: { label: string; onSelect: (typed: string) => void };
  /** The server searches: `options` are its answer to what was typed. */
  onSearch?: (typed: string) => void;
}

const addValue = '\u0000new';

/** A select with a search in it. */
export function SearchSelect({
  value,
  onChange,
  options,
  loading = false,
  addNew,
  onSearch,
  ...rest
}: SearchSelectProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const chosen = options.find((option) => option.value === value)?.label;
  const data = addNew ? [...options, { value: addValue, label: addNew.label }] : options;

  function select(next: string | null) {
    if (next === addValue) addNew?.onSelect(typed === chosen ? '' : typed.trim());
    else onChange(next ?? '');
  }

  function search(text: string) {
    setTyped(text);
    // Choosing an option writes its label into the field; that is no search.
    if (text !== chosen) onSearch?.(text);
  }

  return (
    <Select
      {...rest}
      value={value || null}
      onChange={select}
      data={data}
      searchable
      // The focus that a closing dialog gives back must not cover the next field; keys and clicks open the list.
      openOnFocus={false}
      onSearchChange={search}
      allowDeselect={false}
      nothingFoundMessage={loading ? t('select.loading') : t('select.none')}
      rightSection={loading ? <Loader size={16} aria-label={t('select.loading')} /> : undefined}
      filter={({ options: all, search: text }) => {
        const wanted = text.trim().toLowerCase();
        if (onSearch || !wanted || text === chosen) return all;
        return all.filter(
          (option) => 'value' in option && (option.value === addValue || option.label.toLowerCase().includes(wanted)),
        );
      }}
    />
  );
}

import { Loader, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SearchSelectOption } from './search-select';

export interface FilterSelectProps {
  /** Name of the filter and text of the empty control: “Suite”. */
  label: string;
  value: string | undefined;
  options: SearchSelectOption[];
  onChange: (value: string | undefined) => void;
  disabled?: boolean;
  loading?: boolean;
  /** The server searches: `options` are its answer to what was typed. */
  onSearch?: (typed: string) => void;
}

/** One filter above a table. A chosen value shows as “Suite: Shop” in the chips of <DataTable>. */
export function FilterSelect({ label, value, options, onChange, disabled, loading, onSearch }: FilterSelectProps) {
  const { t } = useTranslation();
  const chosen = options.find((option) => option.value === value)?.label;
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={options}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      disabled={disabled}
      searchable={options.length > 8 || onSearch !== undefined}
      // Choosing an option writes its label into the field; that is no search.
      onSearchChange={(typed) => typed !== chosen && onSearch?.(typed)}
      filter={onSearch && (({ options: found }) => found)}
      nothingFoundMessage={loading ? t('select.loading') : t('select.none')}
      rightSection={loading ? <Loader size={16} aria-label={t('select.loading')} /> : undefined}
      clearable
      w={{ base: 'calc(50% - 4px)', xs: 180 }}
    />
  );
}

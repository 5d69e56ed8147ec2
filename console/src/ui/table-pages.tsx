import { Group, NativeSelect, Pagination, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type AnyList, pageSizes } from './list-state';

export interface TablePagesProps {
  list: AnyList;
  total: number;
  totalCapped: boolean;
  /** Rows on this page. */
  shown: number;
}

/** “21–40 of 312”, numbered pages, 20/50/100. */
export function TablePages({ list, total, totalCapped, shown }: TablePagesProps) {
  const { t } = useTranslation();
  const first = (list.page - 1) * list.size + 1;
  const pages = Math.ceil(total / list.size);
  const names = {
    first: t('pages.first'),
    previous: t('pages.previous'),
    next: t('pages.next'),
    last: t('pages.last'),
  };
  return (
    <Group justify="flex-end" gap="md" py="sm">
      <Text size="sm" c="dimmed" role="status">
        {t(totalCapped ? 'pages.rangeCapped' : 'pages.range', { first, last: first + shown - 1, total })}
      </Text>
      {pages > 1 && (
        <Pagination
          component="nav"
          aria-label={t('pages.label')}
          size="sm"
          total={pages}
          value={list.page}
          onChange={(page) => list.setPage(page)}
          getControlProps={(control) => ({ 'aria-label': names[control] })}
          getItemProps={(page) => ({ 'aria-label': t('pages.page', { page }) })}
        />
      )}
      {total > pageSizes[0] && (
        <NativeSelect
          aria-label={t('pages.size')}
          size="xs"
          data={pageSizes.map(String)}
          value={String(list.size)}
          onChange={(event) => list.setSize(Number(event.currentTarget.value))}
        />
      )}
    </Group>
  );
}

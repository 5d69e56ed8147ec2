import { useTranslation } from 'react-i18next';
import { FilterSelect } from '../../ui/filter-select';
import { authenticatorTypes } from './authenticator-type';
import { type ListFilters as Filters, originChoices, statuses } from './use-list-filters';

/** The filter controls above the list. */
export function ListFilters({ list, suites, projects }: Pick<Filters, 'list' | 'suites' | 'projects'>) {
  const { t } = useTranslation('applications');
  const { filters, setFilters } = list;
  return (
    <>
      <FilterSelect
        label={t('filter.suite')}
        value={filters.suite}
        {...suites}
        onChange={(suite) => setFilters({ suite, project: undefined })}
      />
      <FilterSelect
        label={t('filter.project')}
        value={filters.project}
        options={[]}
        {...projects}
        disabled={!projects}
        onChange={(project) => setFilters({ project })}
      />
      <FilterSelect
        label={t('filter.type')}
        value={filters.type}
        options={authenticatorTypes.map((type) => ({ value: type, label: t(`types.${type}.label`) }))}
        onChange={(type) => setFilters({ type })}
      />
      <FilterSelect
        label={t('filter.status')}
        value={filters.status}
        options={statuses.map((status) => ({ value: status, label: t(`status.${status}`) }))}
        onChange={(status) => setFilters({ status })}
      />
      <FilterSelect
        label={t('filter.origins')}
        value={filters.origins}
        options={originChoices.map((choice) => ({ value: choice, label: t(`originsFilter.${choice}`) }))}
        onChange={(origins) => setFilters({ origins })}
      />
    </>
  );
}

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../ui/page-header';
import { useUrlFlag } from '../../ui/use-url-flag';
import { ProjectTable } from './project-table';

export function ProjectListPage() {
  const { t } = useTranslation('projects');
  const [, setCreating] = useUrlFlag('create');
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={<Button onClick={() => setCreating(true)}>{t('new')}</Button>}
      />
      <ProjectTable />
    </>
  );
}

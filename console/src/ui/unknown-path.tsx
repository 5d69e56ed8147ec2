import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHeader } from './page-header';

/** An address that no page has, inside the shell. */
export function UnknownPath() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('notFound.page')} />
      <Button component={Link} to="/" variant="default">
        {t('notFound.back', { place: t('nav.overview') })}
      </Button>
    </>
  );
}

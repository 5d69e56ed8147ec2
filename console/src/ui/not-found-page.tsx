import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHeader } from './page-header';

export interface NotFoundPageProps {
  /** “Application” */
  thing: string;
  /** “Applications” */
  backLabel: string;
  backTo: string;
}

/** “{Thing} not found — it may have been deleted.” [Back to …] */
export function NotFoundPage({ thing, backLabel, backTo }: NotFoundPageProps) {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('notFound.title', { thing })} trail={[{ label: backLabel, to: backTo }]} />
      <Text mb="md">{t('notFound.text', { thing })}</Text>
      <Button component={Link} to={backTo} variant="default">
        {t('notFound.back', { place: backLabel })}
      </Button>
    </>
  );
}

import { Button, Container, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isRouteErrorResponse, Link, useRouteError } from 'react-router';
import { toProblem } from '../problem';
import { ProblemAlert } from './problem-alert';

/** Error boundary of a route: an unknown path, an API that cannot be reached, or a fault of our own. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  const unknownPath = isRouteErrorResponse(error) && error.status === 404;
  const actions = (
    <>
      <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
        {t('tryAgain')}
      </Button>
      <Button size="compact-sm" variant="default" component={Link} to="/">
        {t('notFound.back', { place: t('nav.overview') })}
      </Button>
    </>
  );
  return (
    <Container size="sm" py="xl">
      <Stack>
        <Title order={1}>{unknownPath ? t('notFound.page') : t('error.title')}</Title>
        {unknownPath ? <div>{actions}</div> : <ProblemAlert problem={toProblem(error)} actions={actions} />}
      </Stack>
    </Container>
  );
}

import { Box, Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLoaderData, useLocation, useRevalidator } from 'react-router';
import { ProblemAlert } from '../../ui/problem-alert';
import { NoticePage, NoticeText } from '../session/notice-page';
import type { SetupState } from './load-setup';
import { SetupForm } from './setup-form';

/** First start: makes the first owner. Reached by the one-time link of the terminal. */
export function SetupPage() {
  const { t } = useTranslation('setup');
  const setup = useLoaderData<SetupState>();
  const { hash } = useLocation();
  const { revalidate, state } = useRevalidator();

  // A corrected link in the same window changes the fragment alone, and that loads nothing by itself.
  useEffect(() => {
    if (hash && window.location.hash) revalidate();
  }, [hash, revalidate]);

  if (setup.kind === 'wrong')
    return (
      <NoticePage title={t('wrong.title')}>
        <NoticeText>{t('wrong.text')}</NoticeText>
      </NoticePage>
    );
  return (
    <NoticePage title={t('title')}>
      {setup.kind === 'failed' ? (
        <ProblemAlert
          problem={setup.problem}
          actions={
            <Button size="compact-sm" variant="default" loading={state !== 'idle'} onClick={() => revalidate()}>
              {t('tryAgain')}
            </Button>
          }
        />
      ) : (
        <>
          <NoticeText>{t('text')}</NoticeText>
          <Box w="100%">
            <SetupForm setupToken={setup.setupToken} />
          </Box>
        </>
      )}
    </NoticePage>
  );
}

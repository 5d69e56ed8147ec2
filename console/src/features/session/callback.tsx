import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { replace, useRouteError } from 'react-router';
import { beginSignIn, finishSignIn, handOverAnswer } from '../../sign-in';
import { NoticePage, NoticeText } from './notice-page';

/** Redirect URI of the console. The code stands in the fragment and leaves the address bar at once. */
export async function finishCallback(): Promise<null> {
  const params = new URLSearchParams(window.location.hash.slice(1) || window.location.search);
  window.history.replaceState(window.history.state, '', window.location.pathname);
  if (handOverAnswer(params)) return null;
  throw replace(await finishSignIn(params));
}

/** Seen in a popup that the browser did not close. */
export function CallbackPage() {
  const { t } = useTranslation('session');
  return (
    <NoticePage title={t('popup.title')}>
      <NoticeText>{t('popup.text')}</NoticeText>
    </NoticePage>
  );
}

export function CallbackError() {
  const { t } = useTranslation('session');
  const error = useRouteError();
  const reason = error instanceof Error ? error.message : String(error);
  return (
    <NoticePage title={t('failed.title')}>
      <NoticeText>{t('failed.text', { reason })}</NoticeText>
      <Button onClick={() => beginSignIn({ returnTo: '/' })}>{t('signIn')}</Button>
    </NoticePage>
  );
}

import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { beginSignIn } from '../../sign-in';
import { NoticePage, NoticeText } from './notice-page';

export function SigningIn() {
  const { t } = useTranslation('session');
  return (
    <main aria-busy>
      <NoticeText>{t('signingIn')}</NoticeText>
    </main>
  );
}

export function SignedOutPage() {
  const { t } = useTranslation('session');
  const navigate = useNavigate();
  return (
    <NoticePage title={t('signedOut.title')}>
      <Button onClick={() => navigate('/')}>{t('signIn')}</Button>
    </NoticePage>
  );
}

export function NotAdminPage() {
  const { t } = useTranslation('session');
  return (
    <NoticePage title={t('notAdmin.title')}>
      <NoticeText>{t('notAdmin.text')}</NoticeText>
      <Button onClick={() => beginSignIn({ returnTo: '/', prompt: 'login' })}>{t('notAdmin.another')}</Button>
    </NoticePage>
  );
}

export function SetupOpenPage() {
  const { t } = useTranslation('session');
  return (
    <NoticePage title={t('setupOpen.title')}>
      <NoticeText>{t('setupOpen.text')}</NoticeText>
      <NoticeText>{t('setupOpen.lost')}</NoticeText>
    </NoticePage>
  );
}

export function NotSecurePage() {
  const { t } = useTranslation('session');
  return (
    <NoticePage title={t('insecure.title')}>
      <NoticeText>{t('insecure.text')}</NoticeText>
    </NoticePage>
  );
}

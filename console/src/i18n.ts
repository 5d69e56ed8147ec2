import i18next from 'i18next';
import ICU from 'i18next-icu';
import { initReactI18next } from 'react-i18next';
import { en } from './texts/en';

i18next
  .use(ICU)
  .use(initReactI18next)
  .init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en },
    defaultNS: 'ui',
    initAsync: false,
    // No advertisement in the browser's log.
    showSupportNotice: false,
    // React escapes already.
    interpolation: { escapeValue: false },
  });

export const i18n = i18next;

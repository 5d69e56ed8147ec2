import { i18n } from '../i18n';
import accounts from './en/accounts.json';

i18n.addResourceBundle('en', 'accounts', accounts);

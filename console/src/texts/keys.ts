import { i18n } from '../i18n';
import keys from './en/keys.json';

i18n.addResourceBundle('en', 'keys', keys);

import { i18n } from '../i18n';
import roles from './en/roles.json';

i18n.addResourceBundle('en', 'roles', roles);

import { i18n } from '../i18n';
import resources from './en/resources.json';

i18n.addResourceBundle('en', 'resources', resources);

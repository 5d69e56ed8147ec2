import { i18n } from '../i18n';
import applicationDetails from './en/application-details.json';

// The largest namespace comes with the pages that use it: the first load has a budget.
i18n.addResourceBundle('en', 'application-details', applicationDetails);

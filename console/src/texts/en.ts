import applications from './en/applications.json';
import overview from './en/overview.json';
import palette from './en/palette.json';
import projects from './en/projects.json';
import session from './en/session.json';
import setup from './en/setup.json';
import suites from './en/suites.json';
import ui from './en/ui.json';

/** One namespace a feature; those that come with their pages stand beside this file. */
export const en = {
  ui,
  session,
  overview,
  palette,
  suites,
  projects,
  applications,
  setup,
};

import { TextInput } from '@mantine/core';
import { SearchSelect, type SearchSelectProps } from '../../ui/search-select';
import { useSuiteOptions } from '../suites/queries';
import { useProjectOptions } from './queries';

type Choice = Omit<SearchSelectProps, 'options'>;

export interface ProjectChoiceProps {
  /** `form.choice(…)` of both fields; another suite clears the project. */
  suite: Choice;
  project: Choice;
  /** Placeholder of the project while no suite is chosen. */
  suiteFirst: string;
}

/** Suite, then project: of what belongs to a project for good. */
export function ProjectChoice({ suite, project, suiteFirst }: ProjectChoiceProps) {
  const suites = useSuiteOptions(suite.value);
  const projects = useProjectOptions(suite.value ?? undefined, project.value);

  function changeSuite(id: string) {
    if (id === suite.value) return;
    suite.onChange(id);
    project.onChange('');
  }

  return (
    <>
      <SearchSelect {...suite} {...suites} onChange={changeSuite} />
      <SearchSelect
        {...project}
        {...projects}
        disabled={!suite.value}
        placeholder={suite.value ? undefined : suiteFirst}
      />
    </>
  );
}

export interface ProjectFixedProps {
  label: string;
  description: string;
  of: { suiteName: string; projectName: string };
}

/** Where something belongs that cannot move. */
export function ProjectFixed({ label, description, of }: ProjectFixedProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={`${of.suiteName} / ${of.projectName}`}
      readOnly
      variant="filled"
    />
  );
}

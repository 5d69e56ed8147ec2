import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchSelect } from '../../ui/search-select';
import type { Form } from '../../ui/use-form';
import { ProjectDialog } from '../projects/project-dialog';
import { projectOptionsQuery, useProjectOptions } from '../projects/queries';
import { suiteOptionsQuery, useSuiteOptions } from '../suites/queries';
import { SuiteDialog } from '../suites/suite-dialog';
import type { CreateValues } from './create-draft';
import { onlyOne } from './use-create-start';

export interface SuiteAndProjectProps {
  form: Form<CreateValues>;
  /** What the chosen ones are called. */
  onNames: (names: { suite: string; project: string }) => void;
}

/** **Suite**, then **Project**: another suite clears the project and says so. */
export function SuiteAndProject({ form, onNames }: SuiteAndProjectProps) {
  const { t } = useTranslation('applications');
  const client = useQueryClient();
  const { suiteId, projectId } = form.values;
  const latest = useRef(form.values);
  latest.current = form.values;
  const suites = useSuiteOptions(suiteId);
  const projects = useProjectOptions(suiteId, projectId);
  const builtIn = useQuery(suiteOptionsQuery).data?.items.find((suite) => suite.builtIn)?.id;
  const [notice, setNotice] = useState('');
  const [adding, setAdding] = useState<{ what: 'suite' | 'project'; name: string } | null>(null);

  const suite = suites.options.find((option) => option.value === suiteId)?.label ?? '';
  const project = (suiteId && projects.options.find((option) => option.value === projectId)?.label) || '';
  useEffect(() => onNames({ suite, project }), [suite, project, onNames]);

  async function changeSuite(id: string) {
    if (id === suiteId) return;
    form.set('suiteId', id);
    form.set('projectId', '');
    setNotice(projectId ? t('create.projectCleared') : '');
    const only = onlyOne(await client.fetchQuery(projectOptionsQuery(id)).catch(() => undefined));
    // Somebody may have gone on in the meantime.
    if (!only || latest.current.suiteId !== id || latest.current.projectId) return;
    form.set('projectId', only.id);
    setNotice(t('create.onlyProject', { name: only.name }));
  }

  function changeProject(id: string) {
    form.set('projectId', id);
    setNotice('');
  }

  return (
    <>
      <SearchSelect
        {...form.choice('suiteId')}
        {...suites}
        // The suite of the admins is rarely meant.
        options={[...suites.options].sort((a, b) => Number(a.value === builtIn) - Number(b.value === builtIn))}
        onChange={changeSuite}
        addNew={{ label: t('create.newSuite'), onSelect: (name) => setAdding({ what: 'suite', name }) }}
      />
      <div>
        <SearchSelect
          {...form.choice('projectId')}
          {...projects}
          onChange={changeProject}
          disabled={!suiteId}
          placeholder={suiteId ? undefined : t('create.suiteFirst')}
          addNew={{ label: t('create.newProject'), onSelect: (name) => setAdding({ what: 'project', name }) }}
        />
        <Text size="sm" c="dimmed" role="status" mt={notice ? 4 : 0}>
          {notice}
        </Text>
      </div>
      {adding?.what === 'suite' && (
        <SuiteDialog name={adding.name} onSaved={(saved) => changeSuite(saved.id)} onClose={() => setAdding(null)} />
      )}
      {adding?.what === 'project' && (
        <ProjectDialog
          suiteId={suiteId}
          name={adding.name}
          onSaved={(saved) => changeProject(saved.id)}
          onClose={() => setAdding(null)}
        />
      )}
    </>
  );
}

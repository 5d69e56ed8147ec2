import { Anchor, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@tessera/contract/projects';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { BulkDialog } from '../../ui/bulk-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { FilterSelect } from '../../ui/filter-select';
import { useListState } from '../../ui/list-state';
import { RelativeTime } from '../../ui/relative-time';
import { showToast } from '../../ui/toasts';
import { useUrlFlag } from '../../ui/use-url-flag';
import { useSuiteOptions } from '../suites/queries';
import { DeleteProject } from './delete-project';
import { EnvironmentTag } from './environment-tag';
import { ProjectDialog } from './project-dialog';
import { projectListQuery, useDeleteProject } from './queries';

interface Selected {
  rows: Project[];
  clear: () => void;
}

/** The projects of one suite, or of all with a filter; opens the create dialog on `?create=1`. */
export function ProjectTable({ suiteId }: { suiteId?: string }) {
  const { t } = useTranslation('projects');
  const list = useListState({ sort: 'name', filters: suiteId ? [] : ['suite'] });
  const { suite: filter, ...listed } = list.query;
  const query = useQuery(projectListQuery({ ...listed, suiteId: suiteId ?? filter }));
  const suites = useSuiteOptions(filter);
  const [creating, setCreating] = useUrlFlag('create');
  const [editing, setEditing] = useState<Project | null>(null);
  const [deleting, setDeleting] = useState<Project | null>(null);
  const [selected, setSelected] = useState<Selected | null>(null);
  const remove = useDeleteProject();
  const suiteName = suites.options.find((option) => option.value === filter)?.label;
  const dropFilter = () => list.setFilters({ suite: undefined });

  return (
    <>
      <DataTable
        label={t('title')}
        list={list}
        query={query}
        nameTitle={t('field.name')}
        nameSort="name"
        rowId={(project) => project.id}
        rowName={(project) => project.name}
        rowHref={(project) => `/projects/${project.id}`}
        columns={useProjectColumns(suiteId === undefined)}
        columnChooser="projects"
        filters={
          !suiteId && (
            <FilterSelect
              label={t('field.suite')}
              value={filter}
              {...suites}
              onChange={(suite) => list.setFilters({ suite })}
            />
          )
        }
        chips={filter && suiteName ? [{ label: `${t('field.suite')}: ${suiteName}`, onRemove: dropFilter }] : []}
        searchPlaceholder={t('search')}
        onEdit={setEditing}
        onDelete={setDeleting}
        bulk={[{ label: t('delete.many'), danger: true, onSelect: (rows, clear) => setSelected({ rows, clear }) }]}
        empty={
          <EmptyState text={suiteId ? t('emptySuite') : t('empty')}>
            <Button variant="default" onClick={() => setCreating(true)}>
              {t('create')}
            </Button>
          </EmptyState>
        }
      />
      {creating && (
        <ProjectDialog
          suiteId={suiteId ?? filter}
          suiteLocked={suiteId !== undefined}
          onSaved={(project) => showToast(t('created', { name: project.name }))}
          onClose={() => setCreating(false)}
        />
      )}
      {editing && <ProjectDialog key={editing.id} project={editing} onClose={() => setEditing(null)} />}
      {deleting && <DeleteProject project={deleting} onClose={() => setDeleting(null)} />}
      {selected && (
        <BulkDialog
          title={t('delete.manyTitle', { count: selected.rows.length })}
          confirmLabel={t('delete.manyConfirm', { count: selected.rows.length })}
          doneLabel={t('delete.manyDone')}
          rows={selected.rows}
          rowId={(project) => project.id}
          rowName={(project) => project.name}
          onEach={remove.mutateAsync}
          onClose={() => {
            selected.clear();
            setSelected(null);
          }}
        >
          {t('delete.manyEffect')}
        </BulkDialog>
      )}
    </>
  );
}

function useProjectColumns(withSuite: boolean): Column<Project>[] {
  const { t } = useTranslation('projects');
  const suite: Column<Project> = {
    key: 'suite',
    title: t('field.suite'),
    cell: (project) => (
      <Anchor component={Link} to={`/suites/${project.suiteId}/overview`} size="sm">
        {project.suiteName}
      </Anchor>
    ),
  };
  return [
    ...(withSuite ? [suite] : []),
    {
      key: 'applications',
      title: t('column.applications'),
      numeric: true,
      cell: (project) => project.applicationCount,
    },
    {
      key: 'environment',
      title: t('field.environment'),
      cell: (project) => <EnvironmentTag environment={project.environment} />,
    },
    {
      key: 'updated',
      title: t('column.updated'),
      sort: 'updatedAt',
      cell: (project) => <RelativeTime at={project.updatedAt} />,
    },
    {
      key: 'created',
      title: t('column.created'),
      sort: 'createdAt',
      hidden: true,
      cell: (project) => <RelativeTime at={project.createdAt} />,
    },
  ];
}

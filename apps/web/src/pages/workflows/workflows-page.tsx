import { Button, CloseButton, Group, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import {
  IconFileImport,
  IconPlus,
  IconRoute,
  IconSearch,
  IconSearchOff,
  IconTemplate,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { loadPart } from '../../api/load-part.ts';
import { workflowsQuery } from '../../api/queries.ts';
import { useBreadcrumbs } from '../../app/breadcrumbs.tsx';
import { usePaletteActions } from '../../app/palette-actions.tsx';
import { useI18n } from '../../i18n/i18n.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Page } from '../../ui/page.tsx';
import { RowSkeletons } from '../../ui/row-skeletons.tsx';
import { Surface } from '../../ui/surface.tsx';
import { WorkflowRow } from './workflow-row.tsx';

const CreateDialog = lazy(async () => ({
  default: (await loadPart(() => import('./create-dialog.tsx'))).CreateDialog,
}));
const ImportDialog = lazy(async () => ({
  default: (await loadPart(() => import('./import-dialog.tsx'))).ImportDialog,
}));
const TemplatesDialog = lazy(async () => ({
  default: (await loadPart(() => import('./templates-dialog.tsx'))).TemplatesDialog,
}));

export function WorkflowsPage() {
  const { t } = useI18n();
  useBreadcrumbs([{ label: t('nav.workflows') }]);
  const navigate = useNavigate({ from: '/workflows' });
  const { search, published } = useSearch({ from: '/shell/workflows' });
  const [text, setText] = useState(search ?? '');
  const [createOpen, create] = useDisclosure(false);
  const [importOpen, importing] = useDisclosure(false);
  const [templatesOpen, templates] = useDisclosure(false);
  const query = useInfiniteQuery({
    ...workflowsQuery({ search, published: published === undefined ? undefined : published === 'yes' }),
    placeholderData: (old) => old,
  });
  const workflows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = search !== undefined || published !== undefined;

  usePaletteActions(
    'workflows',
    useMemo(
      () => [
        { id: 'create', label: t('workflows.create'), icon: IconPlus, run: create.open },
        { id: 'import', label: t('workflows.import'), icon: IconFileImport, run: importing.open },
        { id: 'templates', label: t('workflows.templates'), icon: IconTemplate, run: templates.open },
      ],
      [t, create.open, importing.open, templates.open],
    ),
  );

  const applySearch = useDebouncedCallback((value: string) => {
    void navigate({ search: (old) => ({ ...old, search: value.trim() || undefined }), replace: true });
  }, 250);
  const changeText = (value: string) => {
    setText(value);
    applySearch(value);
  };

  const buttons = (
    <>
      <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={importing.open}>
        {t('workflows.import')}
      </Button>
      <Button variant="default" leftSection={<IconTemplate size={16} />} onClick={templates.open}>
        {t('workflows.templates')}
      </Button>
      <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
        {t('workflows.create')}
      </Button>
    </>
  );

  return (
    <Page title={t('nav.workflows')} description={t('workflows.description')} actions={buttons}>
      <Group mb="md" gap="sm">
        <TextInput
          flex={1}
          maw={380}
          miw={200}
          leftSection={<IconSearch size={16} aria-hidden />}
          placeholder={t('workflows.search')}
          aria-label={t('workflows.search')}
          value={text}
          onChange={(event) => changeText(event.currentTarget.value)}
          rightSection={
            text !== '' && (
              <CloseButton size="sm" aria-label={t('common.clear')} onClick={() => changeText('')} />
            )
          }
        />
        <SegmentedControl
          aria-label={t('workflows.filterPublished')}
          value={published ?? 'all'}
          onChange={(value) =>
            navigate({
              search: (old) => ({ ...old, published: value === 'yes' || value === 'no' ? value : undefined }),
              replace: true,
            })
          }
          data={[
            { value: 'all', label: t('workflows.all') },
            { value: 'yes', label: t('workflows.published') },
            { value: 'no', label: t('workflows.notPublished') },
          ]}
        />
      </Group>
      <Surface>
        {query.isPending ? (
          <RowSkeletons height={68} />
        ) : query.isError && workflows.length === 0 ? (
          <ErrorPanel error={query.error} onRetry={query.refetch} />
        ) : workflows.length > 0 ? (
          <>
            {workflows.map((workflow) => (
              <WorkflowRow key={workflow.id} workflow={workflow} />
            ))}
            <LoadMore query={query} />
          </>
        ) : filtered ? (
          <EmptyPanel icon={IconSearchOff} title={t('workflows.noMatch')} text={t('workflows.noMatchText')}>
            <Button
              variant="default"
              onClick={() => {
                setText('');
                void navigate({ search: {} });
              }}
            >
              {t('common.clearFilters')}
            </Button>
          </EmptyPanel>
        ) : (
          <EmptyPanel icon={IconRoute} title={t('workflows.empty')} text={t('workflows.emptyText')}>
            <Button leftSection={<IconTemplate size={16} />} onClick={templates.open}>
              {t('workflows.startTemplate')}
            </Button>
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={create.open}>
              {t('workflows.create')}
            </Button>
          </EmptyPanel>
        )}
      </Surface>
      <Suspense>
        {createOpen && <CreateDialog opened onClose={create.close} />}
        {importOpen && <ImportDialog opened onClose={importing.close} />}
        {templatesOpen && <TemplatesDialog opened onClose={templates.close} />}
      </Suspense>
    </Page>
  );
}

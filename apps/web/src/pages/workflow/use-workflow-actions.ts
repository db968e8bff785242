import { routes, type WorkflowDetail } from '@navette/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { isProblem } from '../../api/api-problem.ts';
import { callRoute } from '../../api/call-route.ts';
import { workflowQuery } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useConfirm } from '../../ui/confirm.tsx';
import { useNotify } from '../../ui/notify.ts';
import { saveFile } from '../../ui/save-file.ts';

export interface WorkflowActions {
  publishing: boolean;
  publish(): void;
  unpublish(): void;
  exportFile(): void;
  remove(): void;
}

export function useWorkflowActions(workflow: WorkflowDetail): WorkflowActions {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const ask = useConfirm();
  const notify = useNotify();
  const params = { workflowId: workflow.id };
  const take = (detail: WorkflowDetail) => {
    client.setQueryData(workflowQuery(workflow.id).queryKey, detail);
    void client.invalidateQueries({ queryKey: ['workflows'] });
  };

  const publishing = useMutation({
    mutationFn: () => callRoute(routes.publishWorkflow, { params, body: {} }),
    onSuccess(detail) {
      take(detail);
      notify.success(t('workflow.publishedNotice'));
    },
    onError(error) {
      if (!isCodeRefusal(error)) return notify.failure(error);
      void client.invalidateQueries({ queryKey: ['workflows', 'code-issues', workflow.id] });
      notify.refusal(t('code.notPublished'), t('code.notPublishedHelp'));
    },
  });
  const unpublishing = useMutation({
    mutationFn: () => callRoute(routes.unpublishWorkflow, { params }),
    onSuccess(detail) {
      take(detail);
      notify.success(t('workflow.unpublishedNotice'));
    },
    onError: (error) => notify.failure(error),
  });
  const removing = useMutation({
    mutationFn: () => callRoute(routes.deleteWorkflow, { params }),
    // Away first: what is on the page would be asked for again while it is being deleted.
    onMutate: () => navigate({ to: '/workflows' }),
    onSuccess() {
      client.removeQueries({ queryKey: workflowQuery(workflow.id).queryKey });
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
      notify.success(t('workflow.deletedNotice', { name: workflow.name }));
    },
    onError: (error) => notify.failure(error),
  });
  const exporting = useMutation({
    mutationFn: () => callRoute(routes.exportWorkflow, { params }),
    onSuccess: (file) => saveFile(`${toFileName(file.name)}.json`, `${JSON.stringify(file, null, 2)}\n`),
    onError: (error) => notify.failure(error),
  });

  const confirmThen = async (question: Parameters<typeof ask>[0], then: () => void) => {
    if (await ask(question)) then();
  };
  return {
    publishing: publishing.isPending,
    publish: useCallback(() => publishing.mutate(), [publishing.mutate]),
    exportFile: useCallback(() => exporting.mutate(), [exporting.mutate]),
    unpublish: () =>
      void confirmThen(
        {
          title: t('workflow.unpublishTitle'),
          text: t('workflow.unpublishText'),
          confirmLabel: t('workflow.unpublish'),
        },
        unpublishing.mutate,
      ),
    remove: () =>
      void confirmThen(
        {
          title: t('workflow.deleteTitle', { name: workflow.name }),
          text: t('workflow.deleteText'),
          confirmLabel: t('workflow.delete'),
          danger: true,
        },
        removing.mutate,
      ),
  };
}

/** Whether it is for its code alone that a workflow is not published: the page lists what is wrong with that. */
function isCodeRefusal(error: Error): boolean {
  return (
    isProblem(error) &&
    error.code === 'WORKFLOW_INVALID' &&
    error.issues.length > 0 &&
    error.issues.every(({ path, nodeId }) => nodeId !== undefined && path.endsWith('/parameters/source'))
  );
}

function toFileName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'workflow';
}

import { routes, type WorkflowDetail } from '@navette/contracts';
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useReducer } from 'react';
import { callRoute } from '../api/call-route.ts';
import { workflowQuery } from '../api/queries.ts';
import {
  applyEditorAction,
  createEditorState,
  type EditorAction,
  type EditorState,
  isDirty,
} from './editor-state.ts';

export interface DefinitionEditor {
  state: EditorState;
  dirty: boolean;
  dispatch(action: EditorAction): void;
  save: UseMutationResult<WorkflowDetail, Error, void>;
  /** Goes on from what the server has stored. */
  accept(detail: WorkflowDetail): void;
  /** Gives up the own changes for what the server has now. */
  reload(): Promise<void>;
}

/** The editor store of one workflow. Warns before unsaved changes are left behind. */
export function useDefinitionEditor(
  workflow: WorkflowDetail,
  leaveQuestion: () => Promise<boolean>,
): DefinitionEditor {
  const client = useQueryClient();
  const [state, dispatch] = useReducer(applyEditorAction, workflow, (first) =>
    createEditorState(first.draftVersionId, first.definition),
  );
  const dirty = isDirty(state);

  useEffect(() => {
    dispatch({ type: 'loaded', versionId: workflow.draftVersionId, definition: workflow.definition });
  }, [workflow.draftVersionId, workflow.definition]);

  useBlocker({
    disabled: !dirty,
    enableBeforeUnload: dirty,
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && !(await leaveQuestion()),
  });

  const accept = (detail: WorkflowDetail) => {
    client.setQueryData(workflowQuery(workflow.id).queryKey, detail);
    dispatch({
      type: 'loaded',
      versionId: detail.draftVersionId,
      definition: detail.definition,
      force: true,
    });
  };
  const save = useMutation({
    mutationFn: () =>
      callRoute(routes.updateWorkflow, {
        params: { workflowId: workflow.id },
        body: { definition: state.draft, expectedDraftVersionId: state.baseVersionId },
      }),
    onSuccess(detail) {
      accept(detail);
      void client.invalidateQueries({ queryKey: ['workflows', 'versions', workflow.id] });
    },
  });
  const reload = async () => {
    const detail = await client.fetchQuery({ ...workflowQuery(workflow.id), staleTime: 0 });
    accept(detail);
    save.reset();
  };
  return { state, dirty, dispatch, save, accept, reload };
}

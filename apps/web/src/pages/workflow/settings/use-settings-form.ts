import { routes, type WorkflowDetail } from '@navette/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useState } from 'react';
import { isProblem } from '../../../api/api-problem.ts';
import { callRoute } from '../../../api/call-route.ts';
import type { DefinitionEditor } from '../../../editor/use-definition-editor.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { useNotify } from '../../../ui/notify.ts';
import {
  listMissing,
  type SettingsForm,
  toFieldErrors,
  toSettings,
  toSettingsForm,
} from './settings-form.ts';

export interface SettingsEditor {
  form: SettingsForm;
  isDirty: boolean;
  isSaving: boolean;
  /** The refusal of the last save. */
  error: Error | null;
  /** What is wrong with a field: "concurrency/limit". */
  errorOf(field: string): string | undefined;
  change(part: Partial<SettingsForm>): void;
  discard(): void;
  save(): void;
}

/**
 * The settings form of a workflow. It outlives the tab that shows it, and warns before it is left behind. What it saves is
 * a new version of the draft, with whatever else was changed in the editor.
 */
export function useSettingsForm(
  workflow: WorkflowDetail,
  editor: DefinitionEditor,
  leaveQuestion: () => Promise<boolean>,
): SettingsEditor {
  const { t } = useI18n();
  const client = useQueryClient();
  const notify = useNotify();
  const saved = toSettingsForm(workflow.name, editor.state.draft.settings);
  const [changed, setChanged] = useState<SettingsForm>();
  const [missing, setMissing] = useState<readonly string[]>([]);
  const form = changed ?? saved;
  const isDirty = changed !== undefined && JSON.stringify(changed) !== JSON.stringify(saved);
  const save = useMutation({
    mutationFn: () =>
      callRoute(routes.updateWorkflow, {
        params: { workflowId: workflow.id },
        body: {
          name: form.name.trim(),
          definition: { ...editor.state.draft, settings: toSettings(form) },
          expectedDraftVersionId: editor.state.baseVersionId,
        },
      }),
    onSuccess(detail) {
      editor.accept(detail);
      setChanged(undefined);
      notify.success(t('wfSettings.saved'));
      void client.invalidateQueries({ queryKey: ['workflows', 'versions', workflow.id] });
      void client.invalidateQueries({ queryKey: ['workflows', 'list'] });
    },
  });
  useBlocker({
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
    shouldBlockFn: async ({ current, next }) =>
      current.pathname !== next.pathname && !(await leaveQuestion()),
  });
  const found = toFieldErrors(isProblem(save.error) ? save.error.issues : []);
  return {
    form,
    isDirty,
    isSaving: save.isPending,
    error: save.error,
    errorOf: (field) => (missing.includes(field) ? t('form.required') : found.get(field)),
    change(part) {
      setMissing([]);
      setChanged({ ...form, ...part });
    },
    discard() {
      setChanged(undefined);
      setMissing([]);
      save.reset();
    },
    save() {
      const empty = listMissing(form);
      setMissing(empty);
      if (empty.length === 0) save.mutate();
      else save.reset();
    },
  };
}

import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { loadPart } from '../api/load-part.ts';
import { useI18n } from '../i18n/i18n.tsx';
import type { WorkflowCanvasProps } from './workflow-canvas.tsx';

const Canvas = lazy(async () => ({
  default: (await loadPart(() => import('./workflow-canvas.tsx'))).WorkflowCanvas,
}));

/** The canvas, loaded when a page first shows one. */
export function LazyCanvas(props: WorkflowCanvasProps) {
  const { t } = useI18n();
  return (
    <Suspense
      fallback={
        <Center flex={1}>
          <Loader size="sm" aria-label={t('common.loading')} />
        </Center>
      }
    >
      <Canvas {...props} />
    </Suspense>
  );
}

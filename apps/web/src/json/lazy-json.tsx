import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { loadPart } from '../api/load-part.ts';
import type { JsonEditorProps } from './json-editor.tsx';

const Editor = lazy(async () => ({
  default: (await loadPart(() => import('./json-editor.tsx'))).JsonEditor,
}));

/** The JSON editor, loaded when a page first shows one. */
export function LazyJson(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton h={props.minHeight ?? 120} radius="md" />}>
      <Editor {...props} />
    </Suspense>
  );
}

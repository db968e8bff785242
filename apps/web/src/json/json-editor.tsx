import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { type I18n, useI18n } from '../i18n/i18n.tsx';
import classes from './json-editor.module.css';

export interface JsonEditorProps {
  value: string;
  onChange?(value: string): void;
  readOnly?: boolean;
  label: string;
  /** CSS length; the text scrolls inside. */
  maxHeight?: string;
  minHeight?: string;
}

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--json-key)' },
  { tag: tags.string, color: 'var(--json-string)' },
  { tag: tags.number, color: 'var(--json-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--json-word)' },
  { tag: [tags.punctuation, tags.separator], color: 'var(--mantine-color-dimmed)' },
]);

/** CodeMirror for JSON, written or only read. Tab leaves the field, as everywhere else on the page. */
export function JsonEditor({
  value,
  onChange,
  readOnly = false,
  label,
  maxHeight,
  minHeight,
}: JsonEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const access = useRef(new Compartment());
  const { t } = useI18n();
  const first = useRef({ value, readOnly, label, t });

  useEffect(() => {
    const start = first.current;
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: start.value,
        extensions: [
          lineNumbers(),
          foldGutter(),
          history(),
          indentOnInput(),
          bracketMatching(),
          json(),
          syntaxHighlighting(highlight),
          EditorView.lineWrapping,
          keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap]),
          access.current.of(toAccess(start)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: access.current.reconfigure(toAccess({ readOnly, label, t })) });
  }, [readOnly, label, t]);

  useEffect(() => {
    const editor = view.current;
    const text = editor?.state.doc.toString();
    if (!editor || text === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return (
    <div ref={host} className={classes['editor']} style={{ maxHeight, minHeight }} data-readonly={readOnly} />
  );
}

function toAccess({
  readOnly,
  label,
  t,
}: Pick<JsonEditorProps, 'label'> & { readOnly: boolean; t: I18n['t'] }) {
  const fold = t('json.fold');
  const unfold = t('json.unfold');
  return [
    EditorState.readOnly.of(readOnly),
    EditorState.phrases.of({
      'Fold line': fold,
      'Unfold line': unfold,
      'folded code': t('json.folded'),
      unfold,
    }),
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true', tabindex: '0' }),
  ];
}

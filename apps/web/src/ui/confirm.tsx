import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useState } from 'react';
import { loadPart } from '../api/load-part.ts';

export interface Question {
  title: string;
  text: string;
  confirmLabel: string;
  danger?: boolean;
}

const ConfirmDialog = lazy(async () => ({
  default: (await loadPart(() => import('./confirm-dialog.tsx'))).ConfirmDialog,
}));

type Ask = (question: Question) => Promise<boolean>;
const ConfirmContext = createContext<Ask>(() => Promise.resolve(false));

/** One dialog for every "are you sure": `await ask({…})` is true when the reader said yes. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState<{ question: Question; answer(yes: boolean): void }>();
  const [shown, setShown] = useState(false);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        setOpen({ question, answer: resolve });
        setShown(true);
      }),
    [],
  );
  const answer = (yes: boolean) => {
    open?.answer(yes);
    setShown(false);
  };
  return (
    <ConfirmContext value={ask}>
      {children}
      {open && (
        <Suspense>
          <ConfirmDialog question={open.question} shown={shown} onAnswer={answer} />
        </Suspense>
      )}
    </ConfirmContext>
  );
}

export function useConfirm(): Ask {
  return use(ConfirmContext);
}

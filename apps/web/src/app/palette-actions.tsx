import type { TablerIcon } from '@tabler/icons-react';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';

/** Something that the command palette can do on the page that is open. */
export interface PaletteAction {
  id: string;
  label: string;
  icon: TablerIcon;
  run(): void;
}

interface Registry {
  actions: ReadonlyMap<string, readonly PaletteAction[]>;
  register(owner: string, actions: readonly PaletteAction[] | undefined): void;
}

const RegistryContext = createContext<Registry | undefined>(undefined);
const RegisterContext = createContext<Registry['register']>(() => {});

export function PaletteProvider({ children }: { children: ReactNode }) {
  const [actions, setActions] = useState<Registry['actions']>(new Map());
  const [register] = useState(() => (owner: string, next: readonly PaletteAction[] | undefined) => {
    setActions((before) => {
      const after = new Map(before);
      if (next) after.set(owner, next);
      else after.delete(owner);
      return after;
    });
  });
  return (
    <RegisterContext value={register}>
      <RegistryContext value={{ actions, register }}>{children}</RegistryContext>
    </RegisterContext>
  );
}

/** Offers actions in the palette while the page is open. `actions` must be memoised. */
export function usePaletteActions(owner: string, actions: readonly PaletteAction[]): void {
  const register = use(RegisterContext);
  useEffect(() => {
    register(owner, actions);
    return () => register(owner, undefined);
  }, [owner, actions, register]);
}

export function usePageActions(): readonly PaletteAction[] {
  return [...(use(RegistryContext)?.actions.values() ?? [])].flat();
}

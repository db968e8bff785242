import { IconChevronRight } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import classes from './shell.module.css';

export interface Crumb {
  label: string;
  to?: LinkProps['to'];
  params?: Record<string, string>;
}

const CrumbsContext = createContext<readonly Crumb[]>([]);
const SetCrumbsContext = createContext<(crumbs: readonly Crumb[]) => void>(() => {});

export function BreadcrumbsProvider({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[]>([]);
  return (
    <SetCrumbsContext value={setCrumbs}>
      <CrumbsContext value={crumbs}>{children}</CrumbsContext>
    </SetCrumbsContext>
  );
}

/** Tells the header where the page is; the last crumb is the page itself and the title of the browser tab. */
export function useBreadcrumbs(crumbs: readonly Crumb[]): void {
  const setCrumbs = use(SetCrumbsContext);
  const text = JSON.stringify(crumbs);
  useEffect(() => {
    const parsed = JSON.parse(text) as Crumb[];
    setCrumbs(parsed);
    document.title = [...parsed.map((crumb) => crumb.label).reverse(), 'Navette'].join(' · ');
  }, [text, setCrumbs]);
}

export function Breadcrumbs() {
  const { t } = useI18n();
  const crumbs = use(CrumbsContext);
  return (
    <nav aria-label={t('shell.breadcrumbs')} style={{ flex: 1, minWidth: 0 }}>
      <ol className={classes['crumbs']}>
        {crumbs.map((crumb, index) => (
          <li key={crumb.label}>
            {index > 0 && <IconChevronRight size={14} aria-hidden className={classes['chevron']} />}
            {crumb.to && index < crumbs.length - 1 ? (
              <Link to={crumb.to} params={crumb.params ?? {}}>
                {crumb.label}
              </Link>
            ) : (
              <span aria-current="page">{crumb.label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

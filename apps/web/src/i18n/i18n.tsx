import type { Localized } from '@navette/contracts';
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { type Catalogue, englishCatalogue, loadCatalogue } from './catalogue.ts';
import type { English } from './english.ts';
import type { ErrorWords } from './error-words.ts';
import { createFormatter, type Formatter } from './format.ts';
import { chooseRegion, type Locale, storeLocale } from './locale.ts';
import { formatMessage, type MessageParams } from './message.ts';

export type MessageKey = keyof English;
/** Keys of messages without holes: what a table of labels may hold. */
export type PlainKey = {
  [K in MessageKey]: keyof MessageParams<English[K]> extends never ? K : never;
}[MessageKey];

type Arguments<K extends MessageKey> = keyof MessageParams<English[K]> extends never
  ? []
  : [params: MessageParams<English[K]>];

export interface I18n {
  locale: Locale;
  setLocale(locale: Locale): void;
  /** The message in the reader's language. */
  t<K extends MessageKey>(key: K, ...params: Arguments<K>): string;
  /** The reader's side of a text that comes in both languages. */
  pick(text: Localized): string;
  format: Formatter;
  /** Words for an error code, where the language has its own. */
  errorWords(code: string): ErrorWords | undefined;
}

const I18nContext = createContext<I18n | undefined>(undefined);

interface I18nProviderProps {
  /** The first language; loaded before the app is drawn, so that no other one flashes up. */
  first?: Catalogue;
  children: ReactNode;
}

export function I18nProvider({ first = englishCatalogue, children }: I18nProviderProps) {
  const [catalogue, setCatalogue] = useState(first);
  const { locale, messages, errors } = catalogue;
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const region = chooseRegion(locale, navigator.languages);
  const value = useMemo<I18n>(
    () => ({
      locale,
      setLocale(next) {
        storeLocale(next);
        void loadCatalogue(next).then(setCatalogue);
      },
      t: (key, ...[params]) =>
        formatMessage(messages[key], region, params as Record<string, string | number>),
      pick: (text) => text[locale],
      format: createFormatter(region),
      errorWords: (code) => (Object.hasOwn(errors, code) ? errors[code] : undefined),
    }),
    [locale, region, messages, errors],
  );
  return <I18nContext value={value}>{children}</I18nContext>;
}

export function useI18n(): I18n {
  const value = use(I18nContext);
  if (!value) throw new Error('useI18n needs an I18nProvider above it');
  return value;
}

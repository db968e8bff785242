/**
 * Messages with `{name}` holes and, after a "|", a plural form: "{count} step|{count} steps". The holes are read from
 * the type of the text, so that a call that forgets one does not compile.
 */
type Hole<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Hole<Rest>
  : never;

export type MessageParams<Text extends string> = { [K in Hole<Text>]: string | number };

/** Fills the holes. The plural form is chosen by `count`; numbers are written as the locale does. */
export function formatMessage(
  text: string,
  locale: string,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const number = new Intl.NumberFormat(locale);
  return choosePlural(text, locale, params['count']).replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) return hole;
    return typeof value === 'number' ? number.format(value) : value;
  });
}

function choosePlural(text: string, locale: string, count: string | number | undefined): string {
  const bar = text.indexOf('|');
  if (bar < 0 || typeof count !== 'number') return text;
  const one = new Intl.PluralRules(locale).select(count) === 'one';
  return one ? text.slice(0, bar) : text.slice(bar + 1);
}

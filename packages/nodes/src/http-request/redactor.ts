import { listSecretForms } from '@navette/kit';

/** A secret shorter than this can't be taken out of a text without tearing it apart; such a text is not shown at all. */
const shortestSecret = 4;

export interface Redactor {
  /** The text with every secret replaced, in each form it may be echoed in; undefined when that can't be done. */
  redact(text: string): string | undefined;
}

/** Secrets are found as they are, URL-encoded, in Base64, as JSON, and as the last word of a header ("Bearer …"). */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const forms = new Set<string>();
  let isTooShort = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    if (secret.length < shortestSecret) isTooShort = true;
    const lastWord = secret.split(' ').at(-1)!;
    for (const each of lastWord.length >= shortestSecret ? [secret, lastWord] : [secret]) {
      for (const form of listSecretForms(each, shortestSecret)) forms.add(form);
    }
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return {
    redact: (text) =>
      isTooShort ? undefined : longestFirst.reduce((left, form) => left.replaceAll(form, '***'), text),
  };
}

/** Names of headers and query parameters whose values are most likely secret. */
export function isSecretName(name: string): boolean {
  return /auth|cookie|token|secret|key|passw|pwd|signature|^sig$|session|credential/i.test(name);
}

import { isRecord } from '@navette/kit/portable';
import type { I18n } from '../../i18n/i18n.tsx';

const mebibyte = 1024 * 1024;

type Words = Pick<I18n, 't' | 'format'>;

/** What somebody wants to know of limits first, in words; the others are in the files. */
export function listLimitFacts(limits: Readonly<Record<string, number | undefined>>, i18n: Words): string[] {
  const { t, format } = i18n;
  const facts: string[] = [];
  const { cpuMs, memoryBytes, wallMs } = limits;
  if (wallMs !== undefined) facts.push(t('policy.wall', { value: format.duration(wallMs) }));
  if (cpuMs !== undefined) facts.push(t('policy.cpu', { value: format.duration(cpuMs) }));
  if (memoryBytes !== undefined)
    facts.push(t('policy.memory', { value: format.number(Math.round(memoryBytes / mebibyte)) }));
  return facts;
}

/** What the file of a project or of a named policy says, in words. */
export function listFileFacts(content: Readonly<Record<string, unknown>>, i18n: Words): string[] {
  const { t } = i18n;
  const limits = isRecord(content['limits']) ? (content['limits'] as Record<string, number>) : {};
  const facts = listLimitFacts(limits, i18n);
  const hosts = readNames(content['allowedHosts']);
  if (hosts !== undefined)
    facts.push(hosts === '' ? t('policy.noNetwork') : t('policy.hosts', { names: hosts }));
  const types = readNames(content['allowedNodeTypes']);
  if (types !== undefined) facts.push(t('policy.nodeTypes', { names: types }));
  return facts;
}

function readNames(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join(', ') : undefined;
}
